-- What the API and the worker may do. They act in this role (`database.role`), which owns nothing: it reads and writes
-- rows, and what is written once (histories and their seals, ledger, consents) it can only add to. The last migration, so that it speaks of
-- every table; a later one grants for its own.

do $$
begin
  create role prichal_app nologin;
exception
  -- Roles belong to the server, and another of its databases may have made it, perhaps at this very moment.
  when duplicate_object or unique_violation then null;
end
$$;

-- Only who is a member may act in it.
do $$
begin
  if not pg_has_role(current_user, 'prichal_app', 'member') then
    grant prichal_app to current_user;
  end if;
end
$$;

grant usage on schema public to prichal_app;
grant select, insert, update, delete on all tables in schema public to prichal_app;
revoke all on __diesel_schema_migrations from prichal_app;
revoke update, delete on case_events, history_seals, sealed_heads, ledger_transfers, consents from prichal_app;
