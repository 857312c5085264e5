-- The data set. Everything that belongs to person number `i` carries `i` as the last twelve hexadecimal digits of its
-- id, so that whoever knows the number knows all ids. Persons come in three ranges:
--   [0, people)                        twenty applications each, for reading
--   [people, people + drafts)          one draft, to be saved or to get a file
--   [.. + drafts, .. + ready)          one draft that can be filed: documents and a code
-- Settings: bench.people, bench.drafts, bench.ready, bench.password (PHC string), bench.requisites,
-- bench.number_prefix. The answers stand in the temporary table `sealed` already: (person, k, answers).

set session_replication_role = replica;
set synchronous_commit = off;
set work_mem = '64MB';

create function pg_temp.id(kind int, k int, i bigint) returns uuid language sql immutable as $$
  select (lpad(to_hex(kind), 4, '0') || lpad(to_hex(k), 4, '0') || '-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid
$$;
create function pg_temp.size(name text) returns bigint language sql stable as $$
  select current_setting('bench.' || name)::bigint
$$;

insert into officers (id, login, name, language, password_hash, totp_secret)
  select pg_temp.id(5, 0, 0), 'bench', 'Sample Officer', 'ru', current_setting('bench.password'), '';

insert into accounts (id, email, phone, family_name, given_name, language, password_hash, phone_confirmed_at)
  select pg_temp.id(1, 0, i), 'bench-' || lpad(to_hex(i), 12, '0') || '@example.org', '+7' || (9000000000 + i),
    'Sample', 'Person', 'ru', current_setting('bench.password'), now()
  from generate_series(0, pg_temp.size('people') + pg_temp.size('drafts') + pg_temp.size('ready') - 1) i;

insert into sessions (id, account_id, user_agent, ip, expires_at)
  select pg_temp.id(3, 0, i), pg_temp.id(1, 0, i), 'load', '127.0.0.1', now() + interval '14 days'
  from generate_series(0, pg_temp.size('people') + pg_temp.size('drafts') + pg_temp.size('ready') - 1) i;

-- What the twenty applications of a reading person are: `k` 0 is a draft, every fifth an invitation with its fee,
-- the first five of the others are in review, the rest is approved.
create temporary table shape as
  select k, k % 5 = 2 as paid, case when k = 0 then 'draft' when k < 5 then 'in_review' else 'approved' end as state,
    case when k = 0 then '{}'
      else array['submitted'] || case when k % 5 = 2 then array['charge_formed', 'paid'] else '{}' end
        || array['checked', 'taken'] || case when k < 5 then '{}' else array['approved'] end
    end::text[] as events
  from generate_series(0, 19) k;

create temporary table filed as
  select i, k, s.paid, s.state, s.events, pg_temp.id(1, 0, i) as account_id, pg_temp.id(2, k, i) as id,
    timestamptz '2026-09-01 09:00:00+00' + ((i * 20 + k) % 5000000) * interval '1 second' as at
  from generate_series(0, pg_temp.size('people') - 1) i cross join shape s;

insert into applications (id, account_id, service, service_version, state, answers, number, control_code, submitted_at,
    due_at, checked, checks, officer_id, taken_at, decided_at, created_at, updated_at, version)
  select id, account_id, case when paid then 'invitation' else 'arrival-notice' end, 1, state,
    s.answers,
    case when k > 0 then current_setting('bench.number_prefix') || '-2026-' || upper(lpad(to_hex(i * 20 + k), 8, '0')) end,
    case when k > 0 then '0000-0000' end, case when k > 0 then at end,
    case when state = 'in_review' then now() + interval '3 days' end,
    case when k > 0 then 'done' else 'none' end, '[]', case when k > 0 then pg_temp.id(5, 0, 0) end,
    case when k > 0 then at end, case when state = 'approved' then at + interval '1 day' end,
    at, at, 1 + cardinality(events)
  from filed join sealed s using (i, k) order by i, k;

insert into applications (id, account_id, service, service_version, answers)
  select pg_temp.id(2, 0, i), pg_temp.id(1, 0, i), 'arrival-notice', 1, answers
  from sealed where i >= pg_temp.size('people') order by i;

-- Two scans for whatever is filed or can be; only their rows: nobody opens them.
insert into documents (id, application_id, account_id, item, name, media_type, size, sha256, width, height, storage_key,
    wrapped_key, kek_id)
  select pg_temp.id(4, k * 2 + d, i), pg_temp.id(2, k, i), pg_temp.id(1, 0, i), (array['passport', 'housing'])[d + 1],
    'scan.jpg', 'image/jpeg', 123456, sha256('scan'), 1200, 900, 'bench/' || pg_temp.id(4, k * 2 + d, i),
    sha256('key'), 'kek-1'
  from (select i, k from filed where k > 0
      union all
      select i, 0 from generate_series(pg_temp.size('people') + pg_temp.size('drafts'),
        pg_temp.size('people') + pg_temp.size('drafts') + pg_temp.size('ready') - 1) i) one
    cross join generate_series(0, 1) d;

-- The histories, link by link: `backend audit verify` accepts them.
do $$
declare
  step int;
begin
  for step in 1..6 loop
    insert into case_events (application_id, n, kind, actor_kind, actor_id, data, at, previous_hash, hash)
      select e.id, step, e.kind, e.actor_kind, e.actor_id, e.data::jsonb, e.at, e.previous,
        sha256('\x00'::bytea || e.previous || convert_to(
          '{"actor_id":' || coalesce('"' || e.actor_id || '"', 'null') || ',"actor_kind":"' || e.actor_kind
          || '","application_id":"' || e.id || '","at":' || (extract(epoch from e.at) * 1000000)::bigint
          || ',"data":' || e.data || ',"kind":"' || e.kind || '","n":' || step || '}', 'UTF8'))
      from (
        select f.id, f.events[step] as kind, f.at + step * interval '1 minute' as at,
          case f.events[step] when 'submitted' then 'citizen' when 'paid' then 'bank' when 'taken' then 'officer'
            when 'approved' then 'officer' else 'system' end as actor_kind,
          case f.events[step] when 'submitted' then f.account_id when 'taken' then pg_temp.id(5, 0, 0)
            when 'approved' then pg_temp.id(5, 0, 0) end as actor_id,
          case when step = 1 then '{"answers":"' || encode(sha256('answers'), 'hex')
            || '","consent":"2026-11","documents":[],"service_version":1}' else '{}' end as data,
          case when step = 1 then decode(repeat('00', 32), 'hex') else p.hash end as previous
        from filed f left join case_events p on p.application_id = f.id and p.n = step - 1
        where cardinality(f.events) >= step
      ) e;
  end loop;
end
$$;

insert into issued_documents (id, application_id, account_id, kind, token, title, sha256, size, storage_key, wrapped_key,
    kek_id, signature, key_id, issued_at)
  select pg_temp.id(6, k, i), id, account_id, 'receipt', 'bench-' || id, '{"ru": "Receipt", "en": "Receipt"}',
    sha256('paper'), 54321, 'paper/' || id, sha256('key'), 'kek-1', sha256('signature'), 'papers-1', at
  from filed where k > 0;

insert into charges (id, application_id, account_id, uin, amount, purpose, kbk, requisites, state, paid_at)
  select pg_temp.id(8, k, i), id, account_id, '9' || lpad((i * 20 + k)::text, 19, '0'), 160000, 'State fee', '18810806000018003110',
    current_setting('bench.requisites')::jsonb, 'paid', at
  from filed where paid;
insert into payments (id, charge_id, account_id, method, amount, state, provider_id)
  select pg_temp.id(9, k, i), pg_temp.id(8, k, i), account_id, 'card', 160000, 'succeeded', 'bench-' || id
  from filed where paid;
insert into ledger_transfers (id, payment_id, kind, debit, credit, amount)
  select pg_temp.id(10, k, i), pg_temp.id(9, k, i), 'payment', 'bank:yookassa', 'treasury:18810806000018003110', 160000
  from filed where paid;

drop table filed, shape, sealed;
set session_replication_role = origin;
