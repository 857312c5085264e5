-- Nothing lies open any more.

alter table applications alter answers set not null, drop answers_open, drop answers_before_open,
  add constraint applications_handed_back_check check (state not in ('returned_for_fix', 'amending')
    or (answers_before is not null and paused_left is not null and reply_due_at is not null));

alter table idempotency_keys alter body set not null, drop body_open;
