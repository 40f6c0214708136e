ALTER TABLE thing ADD COLUMN name text NOT NULL DEFAULT 'unnamed';
