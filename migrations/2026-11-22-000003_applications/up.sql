-- Applications, their documents, history and results (A6 to A9).

create table applications (
  id uuid primary key,
  account_id uuid not null references accounts (id) on delete restrict,
  service text not null,
  service_version integer not null,
  state text not null default 'draft',
  answers jsonb not null default '{}',
  -- The answers as sent when the applicant last got the application back: they count until it is sent again, and
  -- stand beside the new ones afterwards; forgotten with the decision.
  answers_before jsonb,
  -- Grows with every change; the ETag (If-Match) of the application.
  version integer not null default 1,
  -- Keyed print of the answers that tell person and event: finds related cases without telling who they are about.
  identity bytea,
  number text,
  control_code text,
  submitted_at timestamptz,
  -- The end of the term of review; null while the clock does not run.
  due_at timestamptz,
  -- Units of the term left when the clock was paused.
  paused_left integer,
  -- By when the applicant is to send it again.
  reply_due_at timestamptz,
  checked text not null default 'none',
  checks jsonb not null default '[]',
  officer_id uuid references officers (id) on delete restrict,
  taken_at timestamptz,
  decided_at timestamptz,
  -- The application whose answers it began with.
  based_on uuid references applications (id) on delete restrict,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint applications_number_key unique (number),
  constraint applications_state_check check (state in ('draft', 'awaiting_payment', 'auto_checking', 'in_review',
    'returned_for_fix', 'amending', 'approved', 'completed', 'refused', 'withdrawn')),
  constraint applications_checked_check check (checked in ('none', 'pending', 'done')),
  constraint applications_submitted_check check ((state = 'draft') = (submitted_at is null)),
  constraint applications_number_check check ((number is null) = (submitted_at is null)),
  constraint applications_taken_check check ((officer_id is null) = (taken_at is null)),
  constraint applications_handed_back_check check (state not in ('returned_for_fix', 'amending')
    or (answers_before is not null and paused_left is not null and reply_due_at is not null)),
  constraint applications_decided_check check ((state in ('approved', 'completed', 'refused')) = (decided_at is not null))
);
create index applications_owner_idx on applications (account_id, updated_at desc, id desc);
create index applications_queue_idx on applications (due_at, id) where state in ('in_review', 'returned_for_fix', 'amending', 'auto_checking');
create index applications_waiting_idx on applications (reply_due_at, id) where state in ('returned_for_fix', 'amending');
create index applications_decided_idx on applications (officer_id, decided_at desc, id desc) where state in ('approved', 'completed', 'refused');
create index applications_based_on_idx on applications (based_on) where based_on is not null;
create index applications_identity_idx on applications (service, identity) where identity is not null;
create index applications_officer_idx on applications (officer_id, due_at, id);

-- What an officer asks to mend: a field or a document, why, and how (CS-04).
create table remarks (
  id uuid primary key,
  application_id uuid not null references applications (id) on delete cascade,
  round integer not null,
  pointer text not null,
  reason text,
  comment text not null,
  created_at timestamptz not null default now(),
  resolved_at timestamptz,
  constraint remarks_pointer_key unique (application_id, round, pointer)
);

create table documents (
  id uuid primary key,
  application_id uuid not null references applications (id) on delete cascade,
  account_id uuid not null references accounts (id) on delete restrict,
  item text not null,
  name text not null,
  media_type text not null,
  size integer not null,
  sha256 bytea not null,
  width integer,
  height integer,
  pages integer,
  -- How sharp a picture is (documents/sharpness.rs).
  sharpness integer,
  storage_key text not null,
  -- The document's own key, wrapped by the key-encryption key `kek_id`.
  wrapped_key bytea not null,
  kek_id text not null,
  created_at timestamptz not null default now(),
  -- A replaced document stays readable to the officer; a removed draft document does not exist.
  replaced_at timestamptz,
  constraint documents_storage_key_key unique (storage_key),
  constraint documents_media_type_check check (media_type in ('application/pdf', 'image/jpeg', 'image/png')),
  constraint documents_size_check check (size between 1 and 5242880)
);
create index documents_application_id_idx on documents (application_id, created_at);

-- The history of a case: what the timeline shows and what the auditor verifies are the same rows.
-- hash = SHA-256(0x00 || previous hash || canonical form of the row).
create table case_events (
  application_id uuid not null references applications (id) on delete restrict,
  n integer not null,
  kind text not null,
  actor_kind text not null,
  actor_id uuid,
  data jsonb not null,
  at timestamptz not null,
  previous_hash bytea not null,
  hash bytea not null,
  primary key (application_id, n),
  constraint case_events_actor_kind_check check (actor_kind in ('citizen', 'officer', 'system', 'bank'))
);
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'rows of % are never changed', tg_table_name using errcode = 'integrity_constraint_violation';
end
$$;
create trigger case_events_append_only before update or delete on case_events
  for each row execute function refuse_change();
create trigger case_events_kept before truncate on case_events execute function refuse_change();

-- Rows lie in the order of time, so those since the last seal are found by a summary of pages.
create index case_events_at_idx on case_events using brin (at);

-- Signed seals over the ends of the chains of cases that have moved (security rule 19).
create table history_seals (
  n bigint primary key,
  at timestamptz not null,
  -- Everything that happened until then is in this seal or one before it.
  complete_to timestamptz not null,
  -- SHA-256 over the heads.
  digest bytea not null,
  -- SHA-256 of what the seal before it signs.
  previous bytea not null,
  signature bytea not null,
  key_id text not null
);
create table sealed_heads (
  seal_n bigint not null references history_seals (n) on delete restrict,
  application_id uuid not null references applications (id) on delete restrict,
  n integer not null,
  hash bytea not null,
  primary key (application_id, n)
);
create index sealed_heads_seal_n_idx on sealed_heads (seal_n, application_id);

-- Papers the service issues: receipts of filings and payments, results.
create table issued_documents (
  id uuid primary key,
  application_id uuid not null references applications (id) on delete restrict,
  account_id uuid not null references accounts (id) on delete restrict,
  kind text not null,
  -- 128 random bits in the address of the verification page.
  token text not null,
  title text not null,
  sha256 bytea not null,
  size integer not null,
  storage_key text not null,
  wrapped_key bytea not null,
  kek_id text not null,
  -- Ed25519 over the canonical payload; the id of the key that signed.
  signature bytea not null,
  key_id text not null,
  issued_at timestamptz not null,
  valid_until date,
  revoked_at timestamptz,
  revocation_reason text,
  -- Number of the application whose result has taken its place.
  replaced_by text,
  constraint issued_documents_token_key unique (token),
  constraint issued_documents_kind_key unique (application_id, kind),
  constraint issued_documents_kind_check check (kind in ('receipt', 'payment', 'result')),
  constraint issued_documents_storage_key_key unique (storage_key)
);
create index issued_documents_account_id_idx on issued_documents (account_id, id desc);

-- The feed (NT-01). What is told by mail and SMS are jobs that name the row.
create table notifications (
  id uuid primary key,
  account_id uuid not null references accounts (id) on delete cascade,
  application_id uuid references applications (id) on delete cascade,
  kind text not null,
  data jsonb not null,
  created_at timestamptz not null default now(),
  read_at timestamptz
);
create index notifications_feed_idx on notifications (account_id, id desc);
create index notifications_application_id_idx on notifications (application_id);
create index notifications_unread_idx on notifications (account_id) where read_at is null;

-- What has left the house, or never will, by channel: at most one row per notification and channel.
create table deliveries (
  notification_id uuid not null references notifications (id) on delete cascade,
  channel text not null,
  sent_at timestamptz not null default now(),
  provider_id text,
  -- Why the receiver's side will never take it; null: it was taken.
  refusal text,
  primary key (notification_id, channel),
  constraint deliveries_channel_check check (channel in ('email', 'sms')),
  constraint deliveries_became_check check ((provider_id is null) <> (refusal is null))
);
