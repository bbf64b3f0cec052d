-- Generated from the model; database/README.md says how.

CREATE TABLE "analytics_events" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_analytics_events" PRIMARY KEY AUTOINCREMENT,
    "event_type" TEXT NOT NULL,
    "page" TEXT NULL,
    "action" TEXT NULL,
    "element" TEXT NULL,
    "value" TEXT NULL,
    "user_agent" TEXT NULL,
    "ip_address" TEXT NULL,
    "city" TEXT NULL,
    "referrer" TEXT NULL,
    "session_id" TEXT NULL,
    "created_at" TEXT NOT NULL DEFAULT (CURRENT_TIMESTAMP),
    "is_sample" INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE "brakes" (
    "key" TEXT NOT NULL CONSTRAINT "pk_brakes" PRIMARY KEY,
    "tries" INTEGER NOT NULL,
    "next_try_at" INTEGER NOT NULL,
    "last_try_at" INTEGER NOT NULL
);

CREATE TABLE "role_rights" (
    "role" TEXT NOT NULL CONSTRAINT "pk_role_rights" PRIMARY KEY,
    "sees" TEXT NOT NULL,
    "changes" TEXT NOT NULL,
    "may_export" INTEGER NOT NULL,
    "may_delete" INTEGER NOT NULL,
    CONSTRAINT "ck_role_rights_changes" CHECK (changes IN ('own', 'team', 'all')),
    CONSTRAINT "ck_role_rights_role" CHECK (role IN ('sales', 'manager', 'admin')),
    CONSTRAINT "ck_role_rights_sees" CHECK (sees IN ('own', 'team', 'all'))
);

CREATE TABLE "security_chain" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_security_chain" PRIMARY KEY,
    "started_at" TEXT NOT NULL,
    "old_rows" INTEGER NOT NULL,
    "old_up_to" INTEGER NOT NULL,
    "old_hash" TEXT NOT NULL,
    "nonce" TEXT NOT NULL,
    "genesis" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "hash" TEXT NOT NULL,
    CONSTRAINT "ck_security_chain_one" CHECK (id = 1)
);

CREATE TABLE "security_logs" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_security_logs" PRIMARY KEY AUTOINCREMENT,
    "event_type" TEXT NOT NULL,
    "user_id" TEXT NULL,
    "user_name" TEXT NULL,
    "ip_address" TEXT NULL,
    "user_agent" TEXT NULL,
    "subject" TEXT NULL,
    "details" TEXT NULL,
    "severity" TEXT NOT NULL DEFAULT 'info',
    "created_at" TEXT NOT NULL DEFAULT (CURRENT_TIMESTAMP),
    "seq" INTEGER NULL,
    "hash" TEXT NULL
);

CREATE TABLE "settings" (
    "key" TEXT NOT NULL CONSTRAINT "pk_settings" PRIMARY KEY,
    "value" TEXT NOT NULL,
    "updated_at" TEXT NOT NULL DEFAULT (CURRENT_TIMESTAMP),
    "updated_by_id" INTEGER NULL
);

CREATE TABLE "teams" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_teams" PRIMARY KEY AUTOINCREMENT,
    "name" TEXT NOT NULL,
    "created_at" TEXT NOT NULL DEFAULT (CURRENT_TIMESTAMP),
    "updated_at" TEXT NOT NULL DEFAULT (CURRENT_TIMESTAMP),
    "version" INTEGER NOT NULL DEFAULT 1,
    CONSTRAINT "ck_teams_name" CHECK (length(name) > 0)
);

CREATE TABLE "users" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_users" PRIMARY KEY AUTOINCREMENT,
    "name" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "team_id" INTEGER NULL,
    "created_at" TEXT NOT NULL,
    "bell_off" INTEGER NOT NULL DEFAULT 0,
    "mail_on" INTEGER NOT NULL DEFAULT 0,
    "deactivated_at" TEXT NULL,
    "invited_at" TEXT NULL,
    "invited_by" TEXT NULL,
    "is_sample" INTEGER NOT NULL DEFAULT 0,
    "user_name" TEXT NULL,
    "normalized_user_name" TEXT NULL,
    "email" TEXT NULL,
    "normalized_email" TEXT NULL,
    "email_confirmed" INTEGER NOT NULL,
    "password_hash" TEXT NULL,
    "security_stamp" TEXT NULL,
    "concurrency_stamp" TEXT NULL,
    "phone_number" TEXT NULL,
    "phone_number_confirmed" INTEGER NOT NULL,
    "two_factor_enabled" INTEGER NOT NULL,
    "lockout_end" TEXT NULL,
    "lockout_enabled" INTEGER NOT NULL,
    "access_failed_count" INTEGER NOT NULL,
    CONSTRAINT "ck_users_role" CHECK (role IN ('sales', 'manager', 'admin')),
    CONSTRAINT "fk_users_teams_team_id" FOREIGN KEY ("team_id") REFERENCES "teams" ("id") ON DELETE SET NULL
);

CREATE TABLE "leads" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_leads" PRIMARY KEY AUTOINCREMENT,
    "name" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "phone" TEXT NULL,
    "company" TEXT NULL,
    "service" TEXT NULL,
    "timeline" TEXT NULL,
    "budget_range" TEXT NULL,
    "budget_cents" INTEGER NULL,
    "status" TEXT NOT NULL DEFAULT 'new',
    "priority" TEXT NOT NULL DEFAULT 'medium',
    "source" TEXT NOT NULL DEFAULT 'website',
    "value_cents" INTEGER NOT NULL DEFAULT 0,
    "city" TEXT NULL,
    "state" TEXT NULL,
    "country" TEXT NULL DEFAULT 'US',
    "assigned_to" TEXT NULL,
    "owner_id" INTEGER NULL,
    "notes" TEXT NULL,
    "utm_source" TEXT NULL,
    "utm_medium" TEXT NULL,
    "utm_campaign" TEXT NULL,
    "utm_term" TEXT NULL,
    "utm_content" TEXT NULL,
    "referrer" TEXT NULL,
    "landing_page" TEXT NULL,
    "consent_at" TEXT NULL,
    "answered_at" TEXT NULL,
    "lost_reason" TEXT NULL,
    "rank" TEXT COLLATE BINARY NOT NULL DEFAULT 'i',
    "last_activity_at" TEXT NOT NULL DEFAULT (CURRENT_TIMESTAMP),
    "created_at" TEXT NOT NULL DEFAULT (CURRENT_TIMESTAMP),
    "updated_at" TEXT NOT NULL DEFAULT (CURRENT_TIMESTAMP),
    "version" INTEGER NOT NULL DEFAULT 1,
    "deleted_at" TEXT NULL,
    "deleted_by_id" INTEGER NULL,
    "is_sample" INTEGER NOT NULL DEFAULT 0,
    "budget" AS (budget_cents / 100.0),
    "value" AS (value_cents / 100.0),
    CONSTRAINT "ck_leads_budget" CHECK (budget_cents >= 0),
    CONSTRAINT "ck_leads_name" CHECK (length(name) > 0),
    CONSTRAINT "ck_leads_priority" CHECK (priority IN ('low', 'medium', 'high', 'urgent')),
    CONSTRAINT "ck_leads_status" CHECK (status IN ('new', 'contacted', 'qualified', 'proposal', 'negotiation', 'won', 'lost')),
    CONSTRAINT "ck_leads_value" CHECK (value_cents >= 0),
    CONSTRAINT "fk_leads_users_owner_id" FOREIGN KEY ("owner_id") REFERENCES "users" ("id") ON DELETE SET NULL
);

CREATE TABLE "recovery_codes" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_recovery_codes" PRIMARY KEY AUTOINCREMENT,
    "user_id" INTEGER NOT NULL,
    "hash" TEXT NOT NULL,
    "used_at" TEXT NULL,
    CONSTRAINT "fk_recovery_codes_users_user_id" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE
);

CREATE TABLE "saved_views" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_saved_views" PRIMARY KEY AUTOINCREMENT,
    "list" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "query" TEXT NOT NULL,
    "owner_id" INTEGER NOT NULL,
    "is_shared" INTEGER NOT NULL,
    "updated_at" TEXT NOT NULL DEFAULT (CURRENT_TIMESTAMP),
    "version" INTEGER NOT NULL DEFAULT 1,
    CONSTRAINT "ck_saved_views_name" CHECK (length(name) > 0),
    CONSTRAINT "fk_saved_views_users_owner_id" FOREIGN KEY ("owner_id") REFERENCES "users" ("id") ON DELETE CASCADE
);

CREATE TABLE "second_factors" (
    "user_id" INTEGER NOT NULL CONSTRAINT "pk_second_factors" PRIMARY KEY,
    "protected_key" TEXT NOT NULL,
    "confirmed_at" TEXT NULL,
    "last_step" INTEGER NOT NULL,
    CONSTRAINT "fk_second_factors_users_user_id" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE
);

CREATE TABLE "sessions" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_sessions" PRIMARY KEY AUTOINCREMENT,
    "key_hash" TEXT NOT NULL,
    "user_id" INTEGER NOT NULL,
    "stamp" TEXT NOT NULL,
    "method" TEXT NOT NULL,
    "ip_address" TEXT NULL,
    "user_agent" TEXT NULL,
    "created_at" TEXT NOT NULL DEFAULT (CURRENT_TIMESTAMP),
    "last_seen_at" TEXT NOT NULL,
    "ended_at" TEXT NULL,
    "ended_because" TEXT NULL,
    CONSTRAINT "ck_sessions_ended_because" CHECK (ended_because IN ('signed_out', 'ended', 'replaced')),
    CONSTRAINT "ck_sessions_method" CHECK (method IN ('password', 'second_factor', 'passkey')),
    CONSTRAINT "fk_sessions_users_user_id" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE
);

CREATE TABLE "user_claims" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_user_claims" PRIMARY KEY AUTOINCREMENT,
    "user_id" INTEGER NOT NULL,
    "claim_type" TEXT NULL,
    "claim_value" TEXT NULL,
    CONSTRAINT "fk_user_claims_users_user_id" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE
);

CREATE TABLE "user_logins" (
    "login_provider" TEXT NOT NULL,
    "provider_key" TEXT NOT NULL,
    "provider_display_name" TEXT NULL,
    "user_id" INTEGER NOT NULL,
    CONSTRAINT "pk_user_logins" PRIMARY KEY ("login_provider", "provider_key"),
    CONSTRAINT "fk_user_logins_users_user_id" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE
);

CREATE TABLE "user_passkeys" (
    "credential_id" BLOB NOT NULL CONSTRAINT "pk_user_passkeys" PRIMARY KEY,
    "user_id" INTEGER NOT NULL,
    "data" TEXT NOT NULL,
    CONSTRAINT "fk_user_passkeys_users_user_id" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE
);

CREATE TABLE "user_tokens" (
    "user_id" INTEGER NOT NULL,
    "login_provider" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "value" TEXT NULL,
    CONSTRAINT "pk_user_tokens" PRIMARY KEY ("user_id", "login_provider", "name"),
    CONSTRAINT "fk_user_tokens_users_user_id" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE
);

CREATE TABLE "clients" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_clients" PRIMARY KEY AUTOINCREMENT,
    "lead_id" INTEGER NULL,
    "name" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "phone" TEXT NULL,
    "company" TEXT NULL,
    "status" TEXT NOT NULL DEFAULT 'active',
    "elsewhere_cents" INTEGER NOT NULL DEFAULT 0,
    "total_value_cents" INTEGER NOT NULL DEFAULT 0,
    "owner_id" INTEGER NULL,
    "notes" TEXT NULL,
    "joined_at" TEXT NOT NULL DEFAULT (CURRENT_TIMESTAMP),
    "updated_at" TEXT NOT NULL DEFAULT (CURRENT_TIMESTAMP),
    "last_activity_at" TEXT NOT NULL DEFAULT (CURRENT_TIMESTAMP),
    "version" INTEGER NOT NULL DEFAULT 1,
    "deleted_at" TEXT NULL,
    "deleted_by_id" INTEGER NULL,
    "is_sample" INTEGER NOT NULL DEFAULT 0,
    "total_value" AS (total_value_cents / 100.0),
    CONSTRAINT "ck_clients_name" CHECK (length(name) > 0),
    CONSTRAINT "ck_clients_status" CHECK (status IN ('active', 'inactive')),
    CONSTRAINT "fk_clients_leads_lead_id" FOREIGN KEY ("lead_id") REFERENCES "leads" ("id") ON DELETE SET NULL,
    CONSTRAINT "fk_clients_users_owner_id" FOREIGN KEY ("owner_id") REFERENCES "users" ("id") ON DELETE SET NULL
);

CREATE TABLE "quarantined_enquiries" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_quarantined_enquiries" PRIMARY KEY AUTOINCREMENT,
    "reason" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "payload" TEXT NOT NULL,
    "ip_address" TEXT NULL,
    "user_agent" TEXT NULL,
    "request_id" TEXT NULL,
    "received_at" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "lead_id" INTEGER NULL,
    "decided_by_id" INTEGER NULL,
    "decided_at" TEXT NULL,
    CONSTRAINT "ck_quarantined_enquiries_state" CHECK (state IN ('held', 'released', 'dropped')),
    CONSTRAINT "fk_quarantined_enquiries_leads_lead_id" FOREIGN KEY ("lead_id") REFERENCES "leads" ("id") ON DELETE SET NULL
);

CREATE TABLE "default_views" (
    "user_id" INTEGER NOT NULL,
    "list" TEXT NOT NULL,
    "saved_view_id" INTEGER NOT NULL,
    CONSTRAINT "pk_default_views" PRIMARY KEY ("user_id", "list"),
    CONSTRAINT "fk_default_views_saved_views_saved_view_id" FOREIGN KEY ("saved_view_id") REFERENCES "saved_views" ("id") ON DELETE CASCADE,
    CONSTRAINT "fk_default_views_users_user_id" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE
);

CREATE TABLE "deals" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_deals" PRIMARY KEY AUTOINCREMENT,
    "client_id" INTEGER NULL,
    "lead_id" INTEGER NULL,
    "title" TEXT NOT NULL,
    "description" TEXT NULL,
    "amount_cents" INTEGER NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'proposal',
    "probability" INTEGER NOT NULL DEFAULT 30,
    "expected_close_date" TEXT NULL,
    "actual_close_date" TEXT NULL,
    "lost_reason" TEXT NULL,
    "lost_note" TEXT NULL,
    "owner_id" INTEGER NULL,
    "rank" TEXT COLLATE BINARY NOT NULL DEFAULT 'i',
    "last_activity_at" TEXT NOT NULL DEFAULT (CURRENT_TIMESTAMP),
    "stage_changed_at" TEXT NOT NULL DEFAULT (CURRENT_TIMESTAMP),
    "created_at" TEXT NOT NULL DEFAULT (CURRENT_TIMESTAMP),
    "updated_at" TEXT NOT NULL DEFAULT (CURRENT_TIMESTAMP),
    "version" INTEGER NOT NULL DEFAULT 1,
    "deleted_at" TEXT NULL,
    "deleted_by_id" INTEGER NULL,
    "is_sample" INTEGER NOT NULL DEFAULT 0,
    "amount" AS (amount_cents / 100.0),
    CONSTRAINT "ck_deals_amount" CHECK (amount_cents >= 0),
    CONSTRAINT "ck_deals_probability" CHECK (probability BETWEEN 0 AND 100),
    CONSTRAINT "ck_deals_status" CHECK (status IN ('proposal', 'negotiation', 'review', 'closed_won', 'closed_lost')),
    CONSTRAINT "ck_deals_title" CHECK (length(title) > 0),
    CONSTRAINT "fk_deals_clients_client_id" FOREIGN KEY ("client_id") REFERENCES "clients" ("id") ON DELETE RESTRICT,
    CONSTRAINT "fk_deals_leads_lead_id" FOREIGN KEY ("lead_id") REFERENCES "leads" ("id") ON DELETE SET NULL,
    CONSTRAINT "fk_deals_users_owner_id" FOREIGN KEY ("owner_id") REFERENCES "users" ("id") ON DELETE SET NULL
);

CREATE TABLE "activities" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_activities" PRIMARY KEY AUTOINCREMENT,
    "kind" TEXT NOT NULL,
    "lead_id" INTEGER NULL,
    "client_id" INTEGER NULL,
    "deal_id" INTEGER NULL,
    "actor_id" INTEGER NULL,
    "actor_name" TEXT NOT NULL,
    "summary" TEXT NOT NULL,
    "from_stage" TEXT NULL,
    "to_stage" TEXT NULL,
    "detail" TEXT NULL,
    "replaces_id" INTEGER NULL,
    "request_id" TEXT NULL,
    "at" TEXT NOT NULL DEFAULT (CURRENT_TIMESTAMP),
    "is_sample" INTEGER NOT NULL DEFAULT 0,
    CONSTRAINT "ck_activities_kind" CHECK (kind IN ('created', 'enquiry', 'moved', 'edited', 'converted', 'mail', 'note', 'call', 'task', 'file', 'deleted', 'restored')),
    CONSTRAINT "fk_activities_activities_replaces_id" FOREIGN KEY ("replaces_id") REFERENCES "activities" ("id") ON DELETE CASCADE,
    CONSTRAINT "fk_activities_clients_client_id" FOREIGN KEY ("client_id") REFERENCES "clients" ("id") ON DELETE CASCADE,
    CONSTRAINT "fk_activities_deals_deal_id" FOREIGN KEY ("deal_id") REFERENCES "deals" ("id") ON DELETE CASCADE,
    CONSTRAINT "fk_activities_leads_lead_id" FOREIGN KEY ("lead_id") REFERENCES "leads" ("id") ON DELETE CASCADE
);

CREATE TABLE "attachments" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_attachments" PRIMARY KEY AUTOINCREMENT,
    "lead_id" INTEGER NULL,
    "client_id" INTEGER NULL,
    "deal_id" INTEGER NULL,
    "name" TEXT NOT NULL,
    "content_type" TEXT NOT NULL,
    "bytes" INTEGER NOT NULL,
    "sha256" TEXT NOT NULL,
    "stored_as" TEXT NOT NULL,
    "added_by_id" INTEGER NULL,
    "added_by_name" TEXT NOT NULL,
    "added_at" TEXT NOT NULL DEFAULT (CURRENT_TIMESTAMP),
    "deleted_at" TEXT NULL,
    "deleted_by_id" INTEGER NULL,
    CONSTRAINT "ck_attachments_bytes" CHECK (bytes > 0),
    CONSTRAINT "fk_attachments_clients_client_id" FOREIGN KEY ("client_id") REFERENCES "clients" ("id") ON DELETE CASCADE,
    CONSTRAINT "fk_attachments_deals_deal_id" FOREIGN KEY ("deal_id") REFERENCES "deals" ("id") ON DELETE CASCADE,
    CONSTRAINT "fk_attachments_leads_lead_id" FOREIGN KEY ("lead_id") REFERENCES "leads" ("id") ON DELETE CASCADE
);

CREATE TABLE "tasks" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_tasks" PRIMARY KEY AUTOINCREMENT,
    "kind" TEXT NOT NULL DEFAULT 'to_do',
    "title" TEXT NOT NULL,
    "note" TEXT NULL,
    "due_on" TEXT NOT NULL,
    "due_at" TEXT NULL,
    "owner_id" INTEGER NULL,
    "lead_id" INTEGER NULL,
    "client_id" INTEGER NULL,
    "deal_id" INTEGER NULL,
    "remind_at" TEXT NULL,
    "remind_by_mail" INTEGER NOT NULL,
    "reminded_at" TEXT NULL,
    "done_at" TEXT NULL,
    "done_by_id" INTEGER NULL,
    "created_by_id" INTEGER NULL,
    "created_at" TEXT NOT NULL DEFAULT (CURRENT_TIMESTAMP),
    "updated_at" TEXT NOT NULL DEFAULT (CURRENT_TIMESTAMP),
    "version" INTEGER NOT NULL DEFAULT 1,
    "deleted_at" TEXT NULL,
    "deleted_by_id" INTEGER NULL,
    "is_sample" INTEGER NOT NULL,
    CONSTRAINT "ck_tasks_kind" CHECK (kind IN ('to_do', 'call', 'mail', 'meeting')),
    CONSTRAINT "ck_tasks_title" CHECK (length(title) > 0),
    CONSTRAINT "fk_tasks_clients_client_id" FOREIGN KEY ("client_id") REFERENCES "clients" ("id") ON DELETE CASCADE,
    CONSTRAINT "fk_tasks_deals_deal_id" FOREIGN KEY ("deal_id") REFERENCES "deals" ("id") ON DELETE CASCADE,
    CONSTRAINT "fk_tasks_leads_lead_id" FOREIGN KEY ("lead_id") REFERENCES "leads" ("id") ON DELETE CASCADE,
    CONSTRAINT "fk_tasks_users_owner_id" FOREIGN KEY ("owner_id") REFERENCES "users" ("id") ON DELETE SET NULL
);

CREATE TABLE "notifications" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_notifications" PRIMARY KEY AUTOINCREMENT,
    "user_id" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "lead_id" INTEGER NULL,
    "client_id" INTEGER NULL,
    "deal_id" INTEGER NULL,
    "task_id" INTEGER NULL,
    "key" TEXT NULL,
    "at" TEXT NOT NULL DEFAULT (CURRENT_TIMESTAMP),
    "read_at" TEXT NULL,
    CONSTRAINT "ck_notifications_kind" CHECK (kind IN ('none', 'assigned', 'mentioned', 'reminder', 'waiting', 'suspicious', 'backup', 'account')),
    CONSTRAINT "fk_notifications_clients_client_id" FOREIGN KEY ("client_id") REFERENCES "clients" ("id") ON DELETE CASCADE,
    CONSTRAINT "fk_notifications_deals_deal_id" FOREIGN KEY ("deal_id") REFERENCES "deals" ("id") ON DELETE CASCADE,
    CONSTRAINT "fk_notifications_leads_lead_id" FOREIGN KEY ("lead_id") REFERENCES "leads" ("id") ON DELETE CASCADE,
    CONSTRAINT "fk_notifications_tasks_task_id" FOREIGN KEY ("task_id") REFERENCES "tasks" ("id") ON DELETE CASCADE,
    CONSTRAINT "fk_notifications_users_user_id" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE
);

CREATE TABLE "outgoing_mails" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_outgoing_mails" PRIMARY KEY AUTOINCREMENT,
    "kind" TEXT NOT NULL,
    "to_address" TEXT NOT NULL,
    "lead_id" INTEGER NULL,
    "activity_id" INTEGER NULL,
    "notification_id" INTEGER NULL,
    "user_id" INTEGER NULL,
    "state" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL,
    "next_attempt_at" TEXT NOT NULL,
    "last_error" TEXT NULL,
    "message_id" TEXT NOT NULL,
    "subject" TEXT NULL,
    "text_body" TEXT NULL,
    "html_body" TEXT NULL,
    "created_at" TEXT NOT NULL DEFAULT (CURRENT_TIMESTAMP),
    "sent_at" TEXT NULL,
    "is_sample" INTEGER NOT NULL DEFAULT 0,
    CONSTRAINT "ck_outgoing_mails_kind" CHECK (kind IN ('sales_notification', 'auto_reply', 'notice', 'password_reset', 'invitation')),
    CONSTRAINT "ck_outgoing_mails_state" CHECK (state IN ('waiting', 'sent', 'refused')),
    CONSTRAINT "fk_outgoing_mails_activities_activity_id" FOREIGN KEY ("activity_id") REFERENCES "activities" ("id") ON DELETE CASCADE,
    CONSTRAINT "fk_outgoing_mails_leads_lead_id" FOREIGN KEY ("lead_id") REFERENCES "leads" ("id") ON DELETE CASCADE,
    CONSTRAINT "fk_outgoing_mails_notifications_notification_id" FOREIGN KEY ("notification_id") REFERENCES "notifications" ("id") ON DELETE CASCADE,
    CONSTRAINT "fk_outgoing_mails_users_user_id" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE
);

CREATE INDEX "ix_activities_at" ON "activities" ("at");

CREATE INDEX "ix_activities_client_id_at" ON "activities" ("client_id", "at") WHERE client_id IS NOT NULL;

CREATE INDEX "ix_activities_deal_id_at" ON "activities" ("deal_id", "at") WHERE deal_id IS NOT NULL;

CREATE INDEX "ix_activities_lead_id_at" ON "activities" ("lead_id", "at") WHERE lead_id IS NOT NULL;

CREATE INDEX "ix_activities_replaces_id" ON "activities" ("replaces_id") WHERE replaces_id IS NOT NULL;

CREATE UNIQUE INDEX "ix_activities_request_id" ON "activities" ("request_id") WHERE request_id IS NOT NULL;

CREATE INDEX "ix_analytics_events_event_type_created_at" ON "analytics_events" ("event_type", "created_at");

CREATE INDEX "ix_attachments_client_id" ON "attachments" ("client_id") WHERE client_id IS NOT NULL;

CREATE INDEX "ix_attachments_deal_id" ON "attachments" ("deal_id") WHERE deal_id IS NOT NULL;

CREATE INDEX "ix_attachments_lead_id" ON "attachments" ("lead_id") WHERE lead_id IS NOT NULL;

CREATE UNIQUE INDEX "ix_attachments_stored_as" ON "attachments" ("stored_as");

CREATE INDEX "ix_brakes_last_try_at" ON "brakes" ("last_try_at");

CREATE INDEX "ix_clients_deleted_at" ON "clients" ("deleted_at") WHERE deleted_at IS NOT NULL;

CREATE INDEX "ix_clients_email" ON "clients" ("email");

CREATE INDEX "ix_clients_lead_id" ON "clients" ("lead_id");

CREATE INDEX "ix_clients_owner_id" ON "clients" ("owner_id");

CREATE INDEX "ix_clients_status_joined_at_deleted_at_owner_id" ON "clients" ("status", "joined_at", "deleted_at", "owner_id") WHERE deleted_at IS NULL;

CREATE INDEX "ix_deals_client_id_owner_id_deleted_at" ON "deals" ("client_id", "owner_id", "deleted_at");

CREATE INDEX "ix_deals_created_at_amount_cents_deleted_at_owner_id" ON "deals" ("created_at", "amount_cents", "deleted_at", "owner_id") WHERE deleted_at IS NULL;

CREATE INDEX "ix_deals_deleted_at" ON "deals" ("deleted_at") WHERE deleted_at IS NOT NULL;

CREATE INDEX "ix_deals_expected_close_date" ON "deals" ("expected_close_date");

CREATE INDEX "ix_deals_lead_id_owner_id_deleted_at" ON "deals" ("lead_id", "owner_id", "deleted_at");

CREATE INDEX "ix_deals_owner_id" ON "deals" ("owner_id");

CREATE INDEX "ix_deals_status_rank" ON "deals" ("status", "rank") WHERE deleted_at IS NULL;

CREATE INDEX "ix_deals_totals" ON "deals" ("status", "actual_close_date", "amount_cents", "probability", "deleted_at", "owner_id") WHERE deleted_at IS NULL;

CREATE INDEX "ix_default_views_saved_view_id" ON "default_views" ("saved_view_id");

CREATE INDEX "ix_leads_board" ON "leads" ("status", "rank", "value_cents", "deleted_at", "owner_id") WHERE deleted_at IS NULL;

CREATE INDEX "ix_leads_created_at_value_cents_deleted_at_owner_id" ON "leads" ("created_at", "value_cents", "deleted_at", "owner_id") WHERE deleted_at IS NULL;

CREATE INDEX "ix_leads_deleted_at" ON "leads" ("deleted_at") WHERE deleted_at IS NOT NULL;

CREATE INDEX "ix_leads_email" ON "leads" ("email");

CREATE INDEX "ix_leads_owner_id" ON "leads" ("owner_id") WHERE owner_id IS NOT NULL;

CREATE INDEX "ix_leads_source_city_created_at_deleted_at_owner_id" ON "leads" ("source", "city", "created_at", "deleted_at", "owner_id") WHERE deleted_at IS NULL;

CREATE INDEX "ix_leads_waiting" ON "leads" ("status", "created_at", "owner_id") WHERE status = 'new' AND answered_at IS NULL AND deleted_at IS NULL;

CREATE INDEX "ix_notifications_client_id" ON "notifications" ("client_id") WHERE client_id IS NOT NULL;

CREATE INDEX "ix_notifications_deal_id" ON "notifications" ("deal_id") WHERE deal_id IS NOT NULL;

CREATE INDEX "ix_notifications_lead_id" ON "notifications" ("lead_id") WHERE lead_id IS NOT NULL;

CREATE INDEX "ix_notifications_task_id" ON "notifications" ("task_id") WHERE task_id IS NOT NULL;

CREATE INDEX "ix_notifications_unread" ON "notifications" ("user_id") WHERE read_at IS NULL;

CREATE INDEX "ix_notifications_user_id_at" ON "notifications" ("user_id", "at");

CREATE UNIQUE INDEX "ix_notifications_user_id_key" ON "notifications" ("user_id", "key") WHERE key IS NOT NULL;

CREATE INDEX "ix_outgoing_mails_activity_id" ON "outgoing_mails" ("activity_id");

CREATE INDEX "ix_outgoing_mails_lead_id" ON "outgoing_mails" ("lead_id");

CREATE INDEX "ix_outgoing_mails_notification_id" ON "outgoing_mails" ("notification_id");

CREATE INDEX "ix_outgoing_mails_state_next_attempt_at" ON "outgoing_mails" ("state", "next_attempt_at") WHERE state = 'waiting';

CREATE INDEX "ix_outgoing_mails_user_id" ON "outgoing_mails" ("user_id");

CREATE INDEX "ix_quarantined_enquiries_lead_id" ON "quarantined_enquiries" ("lead_id");

CREATE UNIQUE INDEX "ix_quarantined_enquiries_request_id" ON "quarantined_enquiries" ("request_id");

CREATE INDEX "ix_quarantined_enquiries_state_received_at" ON "quarantined_enquiries" ("state", "received_at");

CREATE UNIQUE INDEX "ix_recovery_codes_user_id_hash" ON "recovery_codes" ("user_id", "hash");

CREATE UNIQUE INDEX "ix_saved_views_owner_id_list_name" ON "saved_views" ("owner_id", "list", "name");

CREATE INDEX "ix_security_logs_created_at" ON "security_logs" ("created_at");

CREATE INDEX "ix_security_logs_event_type_created_at" ON "security_logs" ("event_type", "created_at");

CREATE INDEX "ix_security_logs_ip_address_created_at" ON "security_logs" ("ip_address", "created_at") WHERE ip_address IS NOT NULL;

CREATE UNIQUE INDEX "ix_security_logs_seq" ON "security_logs" ("seq") WHERE seq IS NOT NULL;

CREATE INDEX "ix_security_logs_severity_created_at" ON "security_logs" ("severity", "created_at") WHERE severity <> 'info';

CREATE INDEX "ix_security_logs_subject_created_at" ON "security_logs" ("subject", "created_at") WHERE subject IS NOT NULL;

CREATE INDEX "ix_security_logs_user_id_created_at" ON "security_logs" ("user_id", "created_at") WHERE user_id IS NOT NULL;

CREATE UNIQUE INDEX "ix_sessions_key_hash" ON "sessions" ("key_hash");

CREATE INDEX "ix_sessions_user_id_ended_at" ON "sessions" ("user_id", "ended_at");

CREATE INDEX "ix_tasks_client_id_due_on" ON "tasks" ("client_id", "due_on") WHERE client_id IS NOT NULL AND done_at IS NULL AND deleted_at IS NULL;

CREATE INDEX "ix_tasks_deal_id_due_on" ON "tasks" ("deal_id", "due_on") WHERE deal_id IS NOT NULL AND done_at IS NULL AND deleted_at IS NULL;

CREATE INDEX "ix_tasks_deleted_at" ON "tasks" ("deleted_at") WHERE deleted_at IS NOT NULL;

CREATE INDEX "ix_tasks_done_at" ON "tasks" ("done_at") WHERE done_at IS NOT NULL;

CREATE INDEX "ix_tasks_due_on" ON "tasks" ("due_on") WHERE done_at IS NULL AND deleted_at IS NULL;

CREATE INDEX "ix_tasks_lead_id_due_on" ON "tasks" ("lead_id", "due_on") WHERE lead_id IS NOT NULL AND done_at IS NULL AND deleted_at IS NULL;

CREATE INDEX "ix_tasks_owner_id_due_on" ON "tasks" ("owner_id", "due_on") WHERE done_at IS NULL AND deleted_at IS NULL;

CREATE INDEX "ix_tasks_remind_at" ON "tasks" ("remind_at") WHERE remind_at IS NOT NULL AND reminded_at IS NULL AND done_at IS NULL AND deleted_at IS NULL;

CREATE UNIQUE INDEX "ix_teams_name" ON "teams" ("name");

CREATE INDEX "ix_user_claims_user_id" ON "user_claims" ("user_id");

CREATE INDEX "ix_user_logins_user_id" ON "user_logins" ("user_id");

CREATE INDEX "ix_user_passkeys_user_id" ON "user_passkeys" ("user_id");

CREATE INDEX "EmailIndex" ON "users" ("normalized_email");

CREATE INDEX "ix_users_team_id" ON "users" ("team_id");

CREATE UNIQUE INDEX "UserNameIndex" ON "users" ("normalized_user_name");

-- The text index and the lists' indexes, which are not part of the model.

CREATE VIRTUAL TABLE "leads_names" USING fts5(text, content = '', contentless_delete = 1, tokenize = 'trigram case_sensitive 1');

CREATE VIRTUAL TABLE "leads_search" USING fts5(text, content = '', contentless_delete = 1, tokenize = 'trigram case_sensitive 1');

CREATE VIRTUAL TABLE "clients_names" USING fts5(text, content = '', contentless_delete = 1, tokenize = 'trigram case_sensitive 1');

CREATE VIRTUAL TABLE "clients_search" USING fts5(text, content = '', contentless_delete = 1, tokenize = 'trigram case_sensitive 1');

CREATE VIRTUAL TABLE "deals_names" USING fts5(text, content = '', contentless_delete = 1, tokenize = 'trigram case_sensitive 1');

CREATE VIRTUAL TABLE "deals_search" USING fts5(text, content = '', contentless_delete = 1, tokenize = 'trigram case_sensitive 1');

CREATE TABLE "search_stale" ("kind" TEXT NOT NULL, "id" INTEGER NOT NULL, PRIMARY KEY ("kind", "id")) WITHOUT ROWID;

CREATE TABLE "search_words" ("word" TEXT NOT NULL PRIMARY KEY, "reversed" TEXT NOT NULL) WITHOUT ROWID;

CREATE INDEX "ix_search_words_reversed" ON "search_words" ("reversed");

CREATE TRIGGER "leads_search_changed" AFTER UPDATE OF name, email, phone, company, notes ON "leads" BEGIN
    INSERT INTO search_stale (kind, id) VALUES ('leads', new.id) ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER "leads_search_named" AFTER UPDATE OF name, company ON "leads" BEGIN
    INSERT INTO search_stale (kind, id) SELECT 'deals', id FROM deals WHERE lead_id = new.id ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER "leads_search_deleted" AFTER DELETE ON "leads" BEGIN
    INSERT INTO search_stale (kind, id) VALUES ('leads', old.id) ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER "clients_search_changed" AFTER UPDATE OF name, email, phone, company, notes ON "clients" BEGIN
    INSERT INTO search_stale (kind, id) VALUES ('clients', new.id) ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER "clients_search_named" AFTER UPDATE OF name, email, phone, company ON "clients" BEGIN
    INSERT INTO search_stale (kind, id) SELECT 'deals', id FROM deals WHERE client_id = new.id ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER "clients_search_deleted" AFTER DELETE ON "clients" BEGIN
    INSERT INTO search_stale (kind, id) VALUES ('clients', old.id) ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER "deals_search_changed" AFTER UPDATE OF title, description, lost_note, client_id, lead_id ON "deals" BEGIN
    INSERT INTO search_stale (kind, id) VALUES ('deals', new.id) ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER "deals_search_deleted" AFTER DELETE ON "deals" BEGIN
    INSERT INTO search_stale (kind, id) VALUES ('deals', old.id) ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER "activities_search_added" AFTER INSERT ON "activities" WHEN new.kind IN ('note', 'call') BEGIN
    INSERT INTO search_stale (kind, id) SELECT 'leads', new.lead_id WHERE new.lead_id IS NOT NULL ON CONFLICT DO NOTHING;
    INSERT INTO search_stale (kind, id) SELECT 'clients', new.client_id WHERE new.client_id IS NOT NULL ON CONFLICT DO NOTHING;
    INSERT INTO search_stale (kind, id) SELECT 'deals', new.deal_id WHERE new.deal_id IS NOT NULL ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER "activities_search_changed" AFTER UPDATE OF kind, summary, detail, lead_id, client_id, deal_id, replaces_id ON "activities" BEGIN
    INSERT INTO search_stale (kind, id) SELECT 'leads', id FROM (SELECT old.lead_id AS id UNION SELECT new.lead_id) WHERE id IS NOT NULL ON CONFLICT DO NOTHING;
    INSERT INTO search_stale (kind, id) SELECT 'clients', id FROM (SELECT old.client_id AS id UNION SELECT new.client_id) WHERE id IS NOT NULL ON CONFLICT DO NOTHING;
    INSERT INTO search_stale (kind, id) SELECT 'deals', id FROM (SELECT old.deal_id AS id UNION SELECT new.deal_id) WHERE id IS NOT NULL ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER "activities_search_deleted" AFTER DELETE ON "activities" WHEN old.kind IN ('note', 'call') BEGIN
    INSERT INTO search_stale (kind, id) SELECT 'leads', old.lead_id WHERE old.lead_id IS NOT NULL ON CONFLICT DO NOTHING;
    INSERT INTO search_stale (kind, id) SELECT 'clients', old.client_id WHERE old.client_id IS NOT NULL ON CONFLICT DO NOTHING;
    INSERT INTO search_stale (kind, id) SELECT 'deals', old.deal_id WHERE old.deal_id IS NOT NULL ON CONFLICT DO NOTHING;
END;

CREATE INDEX "ix_leads_owner_id_created_at" ON "leads" ("owner_id", "created_at") WHERE owner_id IS NOT NULL AND deleted_at IS NULL;

CREATE INDEX "ix_clients_name" ON "clients" ("name") WHERE deleted_at IS NULL;

CREATE INDEX "ix_clients_company" ON "clients" ("company") WHERE deleted_at IS NULL;

CREATE INDEX "ix_clients_joined_at" ON "clients" ("joined_at", "total_value_cents") WHERE deleted_at IS NULL;

CREATE INDEX "ix_clients_total_value_cents" ON "clients" ("total_value_cents") WHERE deleted_at IS NULL;

CREATE INDEX "ix_clients_owner_id_joined_at" ON "clients" ("owner_id", "joined_at") WHERE owner_id IS NOT NULL AND deleted_at IS NULL;

CREATE INDEX "ix_deals_title" ON "deals" ("title") WHERE deleted_at IS NULL;

CREATE INDEX "ix_deals_amount_cents" ON "deals" ("amount_cents") WHERE deleted_at IS NULL;

CREATE INDEX "ix_deals_probability" ON "deals" ("probability") WHERE deleted_at IS NULL;

CREATE INDEX "ix_deals_expected" ON "deals" ("expected_close_date") WHERE deleted_at IS NULL;

CREATE INDEX "ix_deals_closed" ON "deals" ("actual_close_date") WHERE deleted_at IS NULL;

CREATE INDEX "ix_deals_last_activity_at" ON "deals" ("last_activity_at") WHERE deleted_at IS NULL;

CREATE INDEX "ix_deals_owner_id_created_at" ON "deals" ("owner_id", "created_at") WHERE owner_id IS NOT NULL AND deleted_at IS NULL;

CREATE INDEX "ix_leads_owner_id_status_created_at" ON "leads" ("owner_id", "status", "created_at") WHERE owner_id IS NOT NULL AND deleted_at IS NULL;

CREATE INDEX "ix_deals_owner_id_status_created_at" ON "deals" ("owner_id", "status", "created_at") WHERE owner_id IS NOT NULL AND deleted_at IS NULL;
