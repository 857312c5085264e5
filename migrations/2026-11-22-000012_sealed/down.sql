-- What is sealed cannot be opened by SQL.
do $$
begin
  if exists (select from applications where answers is not null) then
    raise exception 'answers are sealed: there is no way back with rows';
  end if;
end
$$;
delete from idempotency_keys where body_open is null;
alter table idempotency_keys drop body;
alter table idempotency_keys rename body_open to body;
alter table idempotency_keys alter body set not null;

alter table applications drop answers, drop answers_before;
alter table applications rename answers_open to answers;
alter table applications rename answers_before_open to answers_before;
alter table applications alter answers set default '{}', alter answers set not null,
  add constraint applications_handed_back_check check (state not in ('returned_for_fix', 'amending')
    or (answers_before is not null and paused_left is not null and reply_due_at is not null));
