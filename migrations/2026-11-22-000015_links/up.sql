-- Letters with links stand in a queue of their own. What waits in the one they left is told apart by its kind.
alter table jobs drop constraint jobs_lane_check;
alter table jobs add constraint jobs_lane_check
  check (lane in ('mail', 'links', 'codes', 'sms', 'bank', 'registers', 'own'));
update jobs set lane = 'links'
  where kind in ('sign_up_mail', 'known_address_mail', 'recovery_mail') and state = 'ready';
