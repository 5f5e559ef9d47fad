from django.db import migrations

# A statement that changes or deletes an entry fails, whoever sends it; who may drop the trigger shows in the chain.
REFUSE = """
create function moderation_audit_refuse() returns trigger language plpgsql as $$
begin
    raise exception 'the audit log is append-only';
end $$;
create trigger moderation_audit_append_only before update or delete on moderation_auditentry
    for each row execute function moderation_audit_refuse();
"""
ALLOW = """
drop trigger moderation_audit_append_only on moderation_auditentry;
drop function moderation_audit_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("moderation", "0003_audit_log_and_notices")]

    operations = [migrations.RunSQL(REFUSE, ALLOW)]
