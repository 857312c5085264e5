drop table pulses, idempotency_keys, jobs;
