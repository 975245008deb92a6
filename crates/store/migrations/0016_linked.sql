-- The linked procedure that a case is a part of: figures count the whole, once.
ALTER TABLE cases ADD COLUMN whole BLOB;
