create view ledger_entries as
  select id, payment_id, debit as account, amount, currency, at from ledger_transfers
  union all
  select id, payment_id, credit as account, -amount, currency, at from ledger_transfers;
drop index recoveries_account_id_idx;
create index recoveries_account_id_idx on recoveries (account_id, id desc);
update jobs set lane = 'sms' where lane = 'codes';
alter table jobs drop constraint jobs_lane_check;
alter table jobs add constraint jobs_lane_check check (lane in ('mail', 'sms', 'bank', 'registers', 'own'));
alter table officers drop column code_failures;
