-- Run once by the image of PostgreSQL, as its superuser, when the volume is new: one login owns the tables and
-- migrates, the other serves and may only do what `prichal_app` may (migration 000009). Samples, as all passwords here.
create role prichal_app nologin;
create role prichal_owner login createrole password 'sample' in role prichal_app;
create role prichal_server login password 'sample' in role prichal_app;
alter database prichal owner to prichal_owner;
