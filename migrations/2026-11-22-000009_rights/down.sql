-- The role stays: other databases of the server may use it.
revoke all on all tables in schema public from prichal_app;
revoke usage on schema public from prichal_app;
