from django.urls import path

from moderation import help_views, notice_views, rights_views, views

urlpatterns = [
    path("help/lines/", help_views.help_lines, name="help-lines"),
    path("rights/", rights_views.rights_form, name="rights"),
    path("characters/<uuid:character_id>/counter-notice/", rights_views.counter_notice, name="counter-notice"),
    path("characters/<uuid:character_id>/report/", views.report_character, name="report-character"),
    path("settings/news/", notice_views.news, name="news"),
    path("settings/reports/", views.made_reports, name="reports"),
    path("settings/notices/", notice_views.notices, name="notices"),
    path("settings/notices/<uuid:notice_id>/appeal/", notice_views.appeal, name="appeal"),
    # Stands before allauth's of the same name and path.
    path("account/inactive/", notice_views.kept_out_page, name="account_inactive"),
]
