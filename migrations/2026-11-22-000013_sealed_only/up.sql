-- Nothing lies open any more.

alter table applications alter answers set not null, drop answers_open, drop answers_before_open,
  add constraint applications_handed_back_check check (state not in ('returned_for_fix', 'amending')
    or (answers_before is not null and paused_left is not null and reply_due_at is not null));

alter table idempotency_keys alter body set not null, drop body_open;

-- What has been dropped still lies in the files until every row is written anew.
cluster applications using applications_pkey;
alter table applications set without cluster;
cluster idempotency_keys using idempotency_keys_pkey;
alter table idempotency_keys set without cluster;
