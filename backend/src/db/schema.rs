//! The tables as the migrations leave them; `cargo test -p tests schema` compares this file with a migrated
//! database and prints what differs.

diesel::table! {
    accounts (id) {
        id -> Uuid,
        email -> Text,
        phone -> Text,
        family_name -> Text,
        given_name -> Text,
        patronymic -> Nullable<Text>,
        language -> Text,
        password_hash -> Text,
        phone_confirmed_at -> Timestamptz,
        code_failures -> Int4,
        version -> Int4,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    alarms (id) {
        id -> Uuid,
        kind -> Text,
        subject_id -> Uuid,
        data -> Jsonb,
        raised_at -> Timestamptz,
        closed_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    applications (id) {
        id -> Uuid,
        account_id -> Uuid,
        service -> Text,
        service_version -> Int4,
        state -> Text,
        answers -> Bytea,
        answers_before -> Nullable<Bytea>,
        version -> Int4,
        identity -> Nullable<Bytea>,
        number -> Nullable<Text>,
        control_code -> Nullable<Text>,
        submitted_at -> Nullable<Timestamptz>,
        due_at -> Nullable<Timestamptz>,
        paused_left -> Nullable<Int4>,
        reply_due_at -> Nullable<Timestamptz>,
        checked -> Text,
        checks -> Jsonb,
        officer_id -> Nullable<Uuid>,
        taken_at -> Nullable<Timestamptz>,
        decided_at -> Nullable<Timestamptz>,
        based_on -> Nullable<Uuid>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    case_events (application_id, n) {
        application_id -> Uuid,
        n -> Int4,
        kind -> Text,
        actor_kind -> Text,
        actor_id -> Nullable<Uuid>,
        data -> Jsonb,
        at -> Timestamptz,
        previous_hash -> Bytea,
        hash -> Bytea,
    }
}

diesel::table! {
    case_reads (application_id, officer_id, what, subject_id, hour) {
        application_id -> Uuid,
        officer_id -> Uuid,
        what -> Text,
        subject_id -> Uuid,
        hour -> Timestamptz,
        at -> Timestamptz,
    }
}

diesel::table! {
    challenges (id) {
        id -> Uuid,
        account_id -> Nullable<Uuid>,
        sign_up_id -> Nullable<Uuid>,
        purpose -> Text,
        subject_id -> Nullable<Uuid>,
        code_mac -> Bytea,
        expires_at -> Timestamptz,
        used_at -> Nullable<Timestamptz>,
        sends -> Int4,
        sent_at -> Timestamptz,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    charges (id) {
        id -> Uuid,
        application_id -> Uuid,
        account_id -> Uuid,
        uin -> Text,
        amount -> Int8,
        currency -> Text,
        purpose -> Text,
        kbk -> Text,
        requisites -> Jsonb,
        state -> Text,
        created_at -> Timestamptz,
        paid_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    code_guards (owner_id, purpose) {
        owner_id -> Uuid,
        purpose -> Text,
        attempts -> Int4,
        blocked_until -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    consents (id) {
        id -> Uuid,
        account_id -> Uuid,
        document -> Text,
        version -> Text,
        method -> Text,
        given_at -> Timestamptz,
    }
}

diesel::table! {
    deliveries (notification_id, channel) {
        notification_id -> Uuid,
        channel -> Text,
        sent_at -> Timestamptz,
        provider_id -> Nullable<Text>,
        refusal -> Nullable<Text>,
    }
}

diesel::table! {
    documents (id) {
        id -> Uuid,
        application_id -> Uuid,
        account_id -> Uuid,
        item -> Text,
        name -> Text,
        media_type -> Text,
        size -> Int4,
        sha256 -> Bytea,
        width -> Nullable<Int4>,
        height -> Nullable<Int4>,
        pages -> Nullable<Int4>,
        sharpness -> Nullable<Int4>,
        storage_key -> Text,
        wrapped_key -> Bytea,
        kek_id -> Text,
        created_at -> Timestamptz,
        replaced_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    history_seals (n) {
        n -> Int8,
        at -> Timestamptz,
        complete_to -> Timestamptz,
        digest -> Bytea,
        previous -> Bytea,
        signature -> Bytea,
        key_id -> Text,
    }
}

diesel::table! {
    idempotency_keys (actor, operation, key) {
        actor -> Text,
        operation -> Text,
        key -> Text,
        request_hash -> Bytea,
        status -> Int2,
        body -> Bytea,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    issued_documents (id) {
        id -> Uuid,
        application_id -> Uuid,
        account_id -> Uuid,
        kind -> Text,
        token -> Text,
        title -> Text,
        sha256 -> Bytea,
        size -> Int4,
        storage_key -> Text,
        wrapped_key -> Bytea,
        kek_id -> Text,
        signature -> Bytea,
        key_id -> Text,
        issued_at -> Timestamptz,
        valid_until -> Nullable<Date>,
        revoked_at -> Nullable<Timestamptz>,
        revocation_reason -> Nullable<Text>,
        replaced_by -> Nullable<Text>,
    }
}

diesel::table! {
    jobs (id) {
        id -> Uuid,
        kind -> Text,
        lane -> Text,
        payload -> Jsonb,
        dedupe -> Nullable<Text>,
        state -> Text,
        run_at -> Timestamptz,
        attempts -> Int4,
        fence -> Int8,
        lease_until -> Nullable<Timestamptz>,
        last_error -> Nullable<Text>,
        created_at -> Timestamptz,
        finished_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    ledger_transfers (id) {
        id -> Uuid,
        payment_id -> Uuid,
        kind -> Text,
        debit -> Text,
        credit -> Text,
        amount -> Int8,
        currency -> Text,
        at -> Timestamptz,
    }
}

diesel::table! {
    messages (id) {
        id -> Uuid,
        application_id -> Uuid,
        author -> Text,
        officer_id -> Nullable<Uuid>,
        body -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    notifications (id) {
        id -> Uuid,
        account_id -> Uuid,
        application_id -> Nullable<Uuid>,
        kind -> Text,
        data -> Jsonb,
        created_at -> Timestamptz,
        read_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    officers (id) {
        id -> Uuid,
        login -> Text,
        name -> Text,
        language -> Text,
        password_hash -> Text,
        totp_secret -> Bytea,
        totp_step -> Int8,
        code_failures -> Int4,
        active -> Bool,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    payments (id) {
        id -> Uuid,
        charge_id -> Uuid,
        account_id -> Uuid,
        method -> Text,
        amount -> Int8,
        state -> Text,
        provider_id -> Nullable<Text>,
        confirmation_url -> Nullable<Text>,
        failure_party -> Nullable<Text>,
        failure_reason -> Nullable<Text>,
        paid_with -> Nullable<Text>,
        expires_at -> Nullable<Timestamptz>,
        captured_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    pulses (id) {
        id -> Int8,
        account_id -> Nullable<Uuid>,
        kind -> Text,
        subject_id -> Uuid,
        at -> Timestamptz,
    }
}

diesel::table! {
    rate_windows (key, window_start) {
        key -> Text,
        window_start -> Timestamptz,
        count -> Int4,
    }
}

diesel::table! {
    reconciliations (id) {
        id -> Uuid,
        since -> Timestamptz,
        at -> Timestamptz,
        seen -> Int4,
        differences -> Int4,
    }
}

diesel::table! {
    recoveries (id) {
        id -> Uuid,
        account_id -> Nullable<Uuid>,
        token_hash -> Bytea,
        password_hash -> Nullable<Text>,
        expires_at -> Timestamptz,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    refresh_tokens (token_hash) {
        token_hash -> Bytea,
        session_id -> Uuid,
        issued_at -> Timestamptz,
        used_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    remarks (id) {
        id -> Uuid,
        application_id -> Uuid,
        round -> Int4,
        pointer -> Text,
        reason -> Nullable<Text>,
        comment -> Text,
        created_at -> Timestamptz,
        resolved_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    sealed_heads (application_id, n) {
        seal_n -> Int8,
        application_id -> Uuid,
        n -> Int4,
        hash -> Bytea,
    }
}

diesel::table! {
    sessions (id) {
        id -> Uuid,
        account_id -> Nullable<Uuid>,
        officer_id -> Nullable<Uuid>,
        user_agent -> Text,
        ip -> Text,
        created_at -> Timestamptz,
        last_seen_at -> Timestamptz,
        expires_at -> Timestamptz,
        revoked_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    sign_ups (id) {
        id -> Uuid,
        token_hash -> Bytea,
        email -> Text,
        phone -> Text,
        family_name -> Text,
        given_name -> Text,
        patronymic -> Nullable<Text>,
        language -> Text,
        consent_version -> Text,
        password_hash -> Nullable<Text>,
        expires_at -> Timestamptz,
        used_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    webhook_inbox (id) {
        id -> Uuid,
        provider -> Text,
        event_key -> Text,
        body -> Jsonb,
        received_at -> Timestamptz,
    }
}

diesel::joinable!(consents -> accounts (account_id));
diesel::joinable!(sessions -> accounts (account_id));
diesel::joinable!(sessions -> officers (officer_id));
diesel::joinable!(recoveries -> accounts (account_id));
diesel::joinable!(refresh_tokens -> sessions (session_id));
diesel::joinable!(challenges -> accounts (account_id));
diesel::joinable!(challenges -> sign_ups (sign_up_id));
diesel::joinable!(pulses -> accounts (account_id));
diesel::joinable!(applications -> accounts (account_id));
diesel::joinable!(applications -> officers (officer_id));
diesel::joinable!(remarks -> applications (application_id));
diesel::joinable!(documents -> accounts (account_id));
diesel::joinable!(documents -> applications (application_id));
diesel::joinable!(case_events -> applications (application_id));
diesel::joinable!(sealed_heads -> applications (application_id));
diesel::joinable!(sealed_heads -> history_seals (seal_n));
diesel::joinable!(issued_documents -> accounts (account_id));
diesel::joinable!(issued_documents -> applications (application_id));
diesel::joinable!(notifications -> accounts (account_id));
diesel::joinable!(notifications -> applications (application_id));
diesel::joinable!(deliveries -> notifications (notification_id));
diesel::joinable!(charges -> accounts (account_id));
diesel::joinable!(charges -> applications (application_id));
diesel::joinable!(payments -> accounts (account_id));
diesel::joinable!(payments -> charges (charge_id));
diesel::joinable!(ledger_transfers -> payments (payment_id));
diesel::joinable!(messages -> applications (application_id));
diesel::joinable!(case_reads -> applications (application_id));
diesel::joinable!(case_reads -> officers (officer_id));

diesel::allow_tables_to_appear_in_same_query!(
    accounts,
    alarms,
    applications,
    case_events,
    case_reads,
    challenges,
    charges,
    code_guards,
    consents,
    deliveries,
    documents,
    history_seals,
    idempotency_keys,
    issued_documents,
    jobs,
    ledger_transfers,
    messages,
    notifications,
    officers,
    payments,
    pulses,
    rate_windows,
    reconciliations,
    recoveries,
    refresh_tokens,
    remarks,
    sealed_heads,
    sessions,
    sign_ups,
    webhook_inbox,
);
