alter table idempotency_keys add body_open jsonb, alter body drop not null;

alter table applications drop constraint applications_handed_back_check;
alter table applications alter answers drop not null, add answers_open jsonb, add answers_before_open jsonb;
