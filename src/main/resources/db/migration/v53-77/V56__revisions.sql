-- The number of the change of the catalogue that has touched an entry last. The status of a version of a prompt changes without a
-- new version, so that the version alone does not tell whether somebody else has changed it meanwhile.
ALTER TABLE catalog_entry ADD COLUMN revision bigint NOT NULL DEFAULT 0;
