-- People, their sessions and codes (A2).

create table accounts (
  id uuid primary key,
  email text not null,
  phone text not null,
  family_name text not null,
  given_name text not null,
  patronymic text,
  language text not null,
  password_hash text not null,
  -- When a code sent to this phone came back. An account is opened by one, so there is none without.
  phone_confirmed_at timestamptz not null default now(),
  -- Codes entered wrongly in a row over all challenges; at the cap the factor is switched off.
  code_failures integer not null default 0,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  constraint accounts_email_key unique (email),
  constraint accounts_phone_key unique (phone),
  constraint accounts_email_check check (email = lower(email) and length(email) <= 254),
  constraint accounts_language_check check (language ~ '^[a-z]{2,3}$')
);

-- A sign-up is not an account: nothing exists until the link in the mail has been opened and the code of the SMS has come
-- back (AC-05, AC-06). Until then the link works again and again, and the address may sign up anew.
create table sign_ups (
  id uuid primary key,
  token_hash bytea not null,
  email text not null,
  phone text not null,
  family_name text not null,
  given_name text not null,
  patronymic text,
  language text not null,
  consent_version text not null,
  -- Chosen when the link was opened; forgotten when the account has it, or the link is over.
  password_hash text,
  expires_at timestamptz not null,
  -- Set when the address has got its account, by this sign-up or another.
  used_at timestamptz,
  created_at timestamptz not null default now(),
  constraint sign_ups_token_hash_key unique (token_hash)
);
create index sign_ups_email_idx on sign_ups (email, created_at);
create index sign_ups_created_at_idx on sign_ups (created_at);

-- A forgotten password (AC-14): the link of a mail, a new password, the code of an SMS. Of an address only the newest link
-- works. One for an address nobody has an account with belongs to nobody and can never be used, but costs the same.
create table recoveries (
  id uuid primary key,
  account_id uuid references accounts (id) on delete cascade,
  token_hash bytea not null,
  -- Chosen when the link was opened; the row goes when the account has it, or the link is over.
  password_hash text,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  constraint recoveries_token_hash_key unique (token_hash)
);
create index recoveries_account_id_idx on recoveries (account_id, id desc);
create index recoveries_expires_at_idx on recoveries (expires_at);

create table consents (
  id uuid primary key,
  account_id uuid not null references accounts (id) on delete cascade,
  document text not null,
  version text not null,
  method text not null,
  given_at timestamptz not null default now()
);
create index consents_account_id_idx on consents (account_id);

create table officers (
  id uuid primary key,
  login text not null,
  name text not null,
  language text not null,
  password_hash text not null,
  -- Encrypted with the key-encryption key; the id of that key stands in front.
  totp_secret bytea not null,
  -- The last time step a code was accepted for: a code works once.
  totp_step bigint not null default 0,
  active boolean not null default true,
  created_at timestamptz not null default now(),
  constraint officers_login_key unique (login),
  constraint officers_login_check check (login = lower(login)),
  constraint officers_language_check check (language ~ '^[a-z]{2,3}$')
);

create table sessions (
  id uuid primary key,
  account_id uuid references accounts (id) on delete cascade,
  officer_id uuid references officers (id) on delete cascade,
  user_agent text not null,
  ip text not null,
  created_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz,
  constraint sessions_subject_check check ((account_id is null) <> (officer_id is null))
);
create index sessions_account_id_idx on sessions (account_id, created_at desc);
create index sessions_officer_id_idx on sessions (officer_id, created_at desc);
create index sessions_ended_at_idx on sessions (coalesce(revoked_at, expires_at));

-- One row per refresh token ever issued, by its SHA-256; a used one that comes back late is theft.
create table refresh_tokens (
  token_hash bytea primary key,
  session_id uuid not null references sessions (id) on delete cascade,
  issued_at timestamptz not null default now(),
  used_at timestamptz
);
create index refresh_tokens_session_id_idx on refresh_tokens (session_id);
create index refresh_tokens_issued_at_idx on refresh_tokens (issued_at);

-- A code sent to a person, bound to what it is for.
create table challenges (
  id uuid primary key,
  account_id uuid references accounts (id) on delete cascade,
  sign_up_id uuid references sign_ups (id) on delete cascade,
  purpose text not null,
  -- The application a submission code confirms, or the recovery whose password it sets.
  subject_id uuid,
  code_mac bytea not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  sends integer not null default 1,
  sent_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  constraint challenges_purpose_check check (purpose in ('sign_up', 'sign_in', 'submission', 'recovery')),
  constraint challenges_account_id_check check ((account_id is null) = (purpose = 'sign_up')),
  constraint challenges_sign_up_id_check check ((sign_up_id is null) = (purpose <> 'sign_up'))
);
create index challenges_account_id_idx on challenges (account_id, created_at desc);
create index challenges_sign_up_id_idx on challenges (sign_up_id, created_at desc) where sign_up_id is not null;
create index challenges_expires_at_idx on challenges (expires_at);

-- Who may try a code when (AC-08): counted in a statement of its own, before the code is compared.
create table code_guards (
  -- The account, or the sign-up that is to become one.
  owner_id uuid not null,
  purpose text not null,
  attempts integer not null default 0,
  blocked_until timestamptz,
  primary key (owner_id, purpose)
);

-- Fixed windows of attempts by key (`sign_in:login:<mac>`, `sms:phone:<mac>` …).
create table rate_windows (
  key text not null,
  window_start timestamptz not null,
  count integer not null,
  primary key (key, window_start)
);
