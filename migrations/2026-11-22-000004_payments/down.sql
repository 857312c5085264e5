drop table alarms, reconciliations, webhook_inbox;
drop table ledger_transfers, payments, charges;
