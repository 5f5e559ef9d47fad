from moderation import care_admin, case_admin, reading_admin, rights_admin, rules_admin, sanction_admin, template_admin  # noqa: F401  they register themselves
