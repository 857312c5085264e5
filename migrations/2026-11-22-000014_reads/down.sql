drop table case_reads;
