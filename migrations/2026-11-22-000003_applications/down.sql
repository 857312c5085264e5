drop table deliveries, notifications, issued_documents, case_events, documents, remarks, applications;
drop function refuse_change;
