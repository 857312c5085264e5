-- Codes entered wrongly in a row after the right password; at the cap the factor is switched off (security rule 9).
alter table officers add column if not exists code_failures integer not null default 0;

-- Codes stand in a queue of their own. What waits in the one they left is told apart by its kind.
alter table jobs drop constraint if exists jobs_lane_check;
alter table jobs add constraint jobs_lane_check
  check (lane in ('mail', 'codes', 'sms', 'bank', 'registers', 'own'));
update jobs set lane = 'codes' where kind = 'code_sms' and state = 'ready';

-- (deliveries.refusal is written, too, where another SMS says the same.)

-- Every link works until one is used: nobody asks for the newest any more.
drop index if exists recoveries_account_id_idx;
create index recoveries_account_id_idx on recoveries (account_id);

-- A transfer has both sides in one row, so no sum over them could ever differ from zero.
drop view if exists ledger_entries;
