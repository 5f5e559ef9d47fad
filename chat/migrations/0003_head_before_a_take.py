from django.db import migrations


class Migration(migrations.Migration):
    """A turn remembers the leaf of the branch, not the reply beside which it stands."""

    dependencies = [("chat", "0002_months")]
    operations = [migrations.RenameField("turn", "replaces_id", "head_before_id")]
