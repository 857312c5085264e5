drop table deliveries, notifications, issued_documents, sealed_heads, history_seals, case_events, documents, remarks, applications;
drop function refuse_change;
