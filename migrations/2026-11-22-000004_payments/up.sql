-- Charges, payments and the ledger (A10).

-- What is owed for an application: formed once, never changed, then paid or cancelled.
create table charges (
  id uuid primary key,
  application_id uuid not null references applications (id) on delete restrict,
  account_id uuid not null references accounts (id) on delete restrict,
  uin text not null,
  amount bigint not null,
  currency text not null default 'RUB',
  purpose text not null,
  kbk text not null,
  requisites jsonb not null,
  state text not null default 'unpaid',
  created_at timestamptz not null default now(),
  paid_at timestamptz,
  constraint charges_application_id_key unique (application_id),
  constraint charges_uin_key unique (uin),
  constraint charges_amount_check check (amount > 0),
  constraint charges_currency_check check (currency ~ '^[A-Z]{3}$'),
  constraint charges_state_check check (state in ('unpaid', 'paid', 'cancelled')),
  constraint charges_paid_check check ((state = 'paid') = (paid_at is not null))
);
create index charges_account_id_idx on charges (account_id, created_at desc);

-- One attempt to pay a charge. `id` is also the Idempotence-Key at the bank.
create table payments (
  id uuid primary key,
  charge_id uuid not null references charges (id) on delete restrict,
  account_id uuid not null references accounts (id) on delete restrict,
  method text not null,
  amount bigint not null,
  state text not null default 'starting',
  provider_id text,
  confirmation_url text,
  -- The bank's words for a refusal: {party, reason}.
  failure_party text,
  failure_reason text,
  paid_with text,
  -- Until when the bank waits for the payer, and when it took the money, as it says.
  expires_at timestamptz,
  captured_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint payments_provider_id_key unique (provider_id),
  constraint payments_method_check check (method in ('card', 'sbp')),
  -- parked: the bank's words do not fit ours (another amount, unknown state); a person looks.
  constraint payments_state_check check (state in ('starting', 'pending', 'succeeded', 'canceled', 'failed', 'parked'))
);
-- At most one payment of a charge is alive or successful.
create unique index payments_live_key on payments (charge_id) where state in ('starting', 'pending', 'succeeded', 'parked');
create index payments_charge_id_idx on payments (charge_id, id desc);
create index payments_account_id_idx on payments (account_id, id desc);

-- Double entry by construction: every row moves an amount from one account to another, so the sum is zero.
create table ledger_transfers (
  id uuid primary key,
  payment_id uuid not null references payments (id) on delete restrict,
  kind text not null,
  debit text not null,
  credit text not null,
  amount bigint not null,
  currency text not null default 'RUB',
  at timestamptz not null default now(),
  constraint ledger_transfers_once_key unique (payment_id, kind),
  constraint ledger_transfers_kind_check check (kind in ('payment', 'refund')),
  constraint ledger_transfers_accounts_check check (debit <> credit),
  constraint ledger_transfers_amount_check check (amount > 0)
);
create trigger ledger_transfers_append_only before update or delete on ledger_transfers
  for each row execute function refuse_change();
create trigger ledger_transfers_kept before truncate on ledger_transfers execute function refuse_change();

create view ledger_entries as
  select id, payment_id, debit as account, amount, currency, at from ledger_transfers
  union all
  select id, payment_id, credit as account, -amount, currency, at from ledger_transfers;

-- Every webhook as it came: a hint to look, nothing more (protocols: the bank does not sign).
create table webhook_inbox (
  id uuid primary key,
  provider text not null,
  event_key text not null,
  body jsonb not null,
  received_at timestamptz not null default now(),
  constraint webhook_inbox_event_key unique (provider, event_key)
);
create index webhook_inbox_received_at_idx on webhook_inbox (received_at);

-- Every comparison of the bank's payments with ours: what was looked at, and how many did not agree.
create table reconciliations (
  id uuid primary key,
  since timestamptz not null,
  at timestamptz not null,
  seen integer not null,
  differences integer not null
);
create index reconciliations_at_idx on reconciliations (at desc);

-- What a person must look at: a parked payment, a job that gave up.
create table alarms (
  id uuid primary key,
  kind text not null,
  subject_id uuid not null,
  data jsonb not null,
  raised_at timestamptz not null default now(),
  closed_at timestamptz
);
-- One open alarm per kind and subject; what happens again after it was closed is raised again.
create unique index alarms_open_key on alarms (kind, subject_id) where closed_at is null;
