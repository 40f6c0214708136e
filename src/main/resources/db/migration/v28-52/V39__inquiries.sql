-- What a tool asks a person: JSON of an inquiry; null if the call needs an approval.
ALTER TABLE interrupt ADD COLUMN inquiry text;
