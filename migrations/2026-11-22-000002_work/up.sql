-- What makes a side effect a row: jobs, idempotency, the pulse of open pages.

create table jobs (
  id uuid primary key,
  kind text not null,
  -- Whom it waits for: each lane has places of its own in a worker.
  lane text not null,
  payload jsonb not null,
  -- At most one job per key, ever: (job, object, period).
  dedupe text,
  state text not null default 'ready',
  run_at timestamptz not null default now(),
  attempts integer not null default 0,
  -- Grows with every claim; only the newest claimant may finish the job.
  fence bigint not null default 0,
  lease_until timestamptz,
  last_error text,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  constraint jobs_dedupe_key unique (dedupe),
  constraint jobs_state_check check (state in ('ready', 'done', 'parked')),
  constraint jobs_lane_check check (lane in ('mail', 'sms', 'bank', 'registers', 'own'))
);
create index jobs_ready_idx on jobs (lane, run_at) where state = 'ready';
create index jobs_done_idx on jobs (finished_at) where state = 'done';
create index jobs_parked_idx on jobs (created_at) where state = 'parked';

-- The first answer to a creating request, given again to whoever repeats it (kept 48 h).
create table idempotency_keys (
  actor text not null,
  operation text not null,
  key text not null,
  request_hash bytea not null,
  status smallint not null,
  body jsonb not null,
  created_at timestamptz not null default now(),
  primary key (actor, operation, key)
);
create index idempotency_keys_created_at_idx on idempotency_keys (created_at);

-- What open pages are told: something of this person (or of the desk) has changed; they then read it.
create table pulses (
  id bigint generated always as identity primary key,
  -- The account whose pages are told; null: every officer's desk.
  account_id uuid references accounts (id) on delete cascade,
  kind text not null,
  subject_id uuid not null,
  at timestamptz not null default clock_timestamp()
);
create index pulses_account_id_idx on pulses (account_id, id);
-- Rows lie in the order of time, so the old ones are found by a summary of pages.
create index pulses_at_idx on pulses using brin (at);
