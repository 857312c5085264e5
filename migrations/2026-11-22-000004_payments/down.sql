drop table alarms, reconciliations, webhook_inbox;
drop view ledger_entries;
drop table ledger_transfers, payments, charges;
