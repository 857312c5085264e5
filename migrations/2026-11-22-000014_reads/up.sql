-- What officers have read: a row for each case, thread, document or paper an officer opened in an hour (security rule 19).

create table case_reads (
  application_id uuid not null references applications (id) on delete restrict,
  officer_id uuid not null references officers (id) on delete restrict,
  what text not null,
  -- The document that was read; else the application.
  subject_id uuid not null,
  hour timestamptz not null default date_trunc('hour', now()),
  -- The first time in that hour.
  at timestamptz not null default now(),
  primary key (application_id, officer_id, what, subject_id, hour),
  -- outline: a case of somebody else or nobody, without answers and documents.
  constraint case_reads_what_check
    check (what in ('outline', 'case', 'messages', 'document', 'receipt', 'payment', 'result'))
);
create index case_reads_officer_id_idx on case_reads (officer_id, at);

create trigger case_reads_append_only before update or delete on case_reads
  for each row execute function refuse_change();
create trigger case_reads_kept before truncate on case_reads execute function refuse_change();

grant select, insert on case_reads to prichal_app;
