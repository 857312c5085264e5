drop table rate_windows, code_guards, challenges, refresh_tokens, sessions, officers, consents, recoveries, sign_ups, accounts;
