from whitenoise.storage import CompressedManifestStaticFilesStorage


class ManifestStorage(CompressedManifestStaticFilesStorage):
    """Names carry a hash of the content; the imports of ES modules are rewritten to those names."""

    support_js_module_import_aggregation = True
