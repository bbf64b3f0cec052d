namespace KpsCrm.Data.Search;

/// <summary>The text index in the database: what the migration SearchIndex makes, and never to be changed; a later migration changes it.</summary>
internal static class SearchSchema
{
    public const string Sqlite = """
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
        """;

    public const string Postgres = """
        CREATE EXTENSION IF NOT EXISTS pg_trgm;
        CREATE TABLE leads_search (id integer PRIMARY KEY, name text COLLATE "C" NOT NULL, text text COLLATE "C" NOT NULL);
        CREATE TABLE clients_search (LIKE leads_search INCLUDING ALL);
        CREATE TABLE deals_search (LIKE leads_search INCLUDING ALL);
        CREATE INDEX ix_leads_search_text ON leads_search USING gin (text gin_trgm_ops);
        CREATE INDEX ix_clients_search_text ON clients_search USING gin (text gin_trgm_ops);
        CREATE INDEX ix_deals_search_text ON deals_search USING gin (text gin_trgm_ops);
        CREATE TABLE search_stale (kind text NOT NULL, id integer NOT NULL, PRIMARY KEY (kind, id));
        CREATE TABLE search_words (word text COLLATE "C" PRIMARY KEY, reversed text COLLATE "C" NOT NULL);
        CREATE INDEX ix_search_words_reversed ON search_words (reversed);

        -- A row that is noted already is written again, and so locked: whoever indexes it meanwhile waits for what we change.
        CREATE FUNCTION search_note(noted_kind text, VARIADIC noted integer[]) RETURNS void LANGUAGE sql AS $$
            INSERT INTO search_stale (kind, id) SELECT DISTINCT noted_kind, n FROM unnest(noted) AS n WHERE n IS NOT NULL ORDER BY 2
            ON CONFLICT (kind, id) DO UPDATE SET id = excluded.id
        $$;
        CREATE FUNCTION search_record_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF TG_OP = 'DELETE' THEN PERFORM search_note(TG_TABLE_NAME, OLD.id); ELSE PERFORM search_note(TG_TABLE_NAME, NEW.id); END IF;
            RETURN NULL;
        END $$;
        CREATE FUNCTION search_lead_named() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            PERFORM search_note('deals', VARIADIC ARRAY(SELECT id FROM deals WHERE lead_id = NEW.id));
            RETURN NULL;
        END $$;
        CREATE FUNCTION search_client_named() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            PERFORM search_note('deals', VARIADIC ARRAY(SELECT id FROM deals WHERE client_id = NEW.id));
            RETURN NULL;
        END $$;
        CREATE FUNCTION search_activity_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF TG_OP <> 'DELETE' AND (NEW.kind IN ('note', 'call') OR TG_OP = 'UPDATE') THEN
                PERFORM search_note('leads', NEW.lead_id), search_note('clients', NEW.client_id), search_note('deals', NEW.deal_id);
            END IF;
            IF TG_OP <> 'INSERT' AND (OLD.kind IN ('note', 'call') OR TG_OP = 'UPDATE') THEN
                PERFORM search_note('leads', OLD.lead_id), search_note('clients', OLD.client_id), search_note('deals', OLD.deal_id);
            END IF;
            RETURN NULL;
        END $$;
        CREATE TRIGGER search_added AFTER INSERT OR DELETE ON leads FOR EACH ROW EXECUTE FUNCTION search_record_changed();
        CREATE TRIGGER search_changed AFTER UPDATE OF name, email, phone, company, notes ON leads FOR EACH ROW EXECUTE FUNCTION search_record_changed();
        CREATE TRIGGER search_named AFTER UPDATE OF name, company ON leads FOR EACH ROW EXECUTE FUNCTION search_lead_named();
        CREATE TRIGGER search_added AFTER INSERT OR DELETE ON clients FOR EACH ROW EXECUTE FUNCTION search_record_changed();
        CREATE TRIGGER search_changed AFTER UPDATE OF name, email, phone, company, notes ON clients FOR EACH ROW EXECUTE FUNCTION search_record_changed();
        CREATE TRIGGER search_named AFTER UPDATE OF name, email, phone, company ON clients FOR EACH ROW EXECUTE FUNCTION search_client_named();
        CREATE TRIGGER search_added AFTER INSERT OR DELETE ON deals FOR EACH ROW EXECUTE FUNCTION search_record_changed();
        CREATE TRIGGER search_changed AFTER UPDATE OF title, description, lost_note, client_id, lead_id ON deals FOR EACH ROW EXECUTE FUNCTION search_record_changed();
        CREATE TRIGGER search_changed AFTER INSERT OR DELETE OR UPDATE OF kind, summary, detail, lead_id, client_id, deal_id, replaces_id ON activities FOR EACH ROW EXECUTE FUNCTION search_activity_changed();
        INSERT INTO search_stale (kind, id) SELECT 'leads', id FROM leads UNION ALL SELECT 'clients', id FROM clients UNION ALL SELECT 'deals', id FROM deals;
        """;
}
