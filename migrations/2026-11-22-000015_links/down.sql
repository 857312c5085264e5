update jobs set lane = 'mail' where lane = 'links';
alter table jobs drop constraint jobs_lane_check;
alter table jobs add constraint jobs_lane_check
  check (lane in ('mail', 'codes', 'sms', 'bank', 'registers', 'own'));
