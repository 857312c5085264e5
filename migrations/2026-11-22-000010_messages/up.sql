-- What an applicant and the service write to each other on one case (SV4-14, CS-04).

create table messages (
  id uuid primary key,
  application_id uuid not null references applications (id) on delete restrict,
  author text not null,
  -- Who wrote for the service.
  officer_id uuid references officers (id) on delete restrict,
  body text not null,
  created_at timestamptz not null default now(),
  constraint messages_author_check check (author in ('applicant', 'officer')),
  constraint messages_officer_id_check check ((officer_id is not null) = (author = 'officer')),
  constraint messages_body_check check (length(body) between 1 and 2000)
);
create index messages_application_id_idx on messages (application_id, id desc);

-- What has been said stays said (P-04).
create trigger messages_append_only before update or delete on messages
  for each row execute function refuse_change();
create trigger messages_kept before truncate on messages execute function refuse_change();

grant select, insert on messages to prichal_app;
