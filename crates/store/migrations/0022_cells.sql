-- A box of the map is asked by its cells alone: all, open ones, or a kind. Latitude and longitude stand in the key, so that what lies outside
-- the box is passed over without reading its row; so does the end in the list of a commune.
DROP INDEX case_place;
DROP INDEX case_cell;
CREATE INDEX case_cell ON cases (city, cell, opened, id, lat, lon) WHERE public = 1 AND cell IS NOT NULL;
CREATE INDEX case_cell_open ON cases (city, cell, opened, id, lat, lon) WHERE public = 1 AND cell IS NOT NULL AND ended IS NULL;
CREATE INDEX case_cell_service ON cases (city, cell, service, opened, id, lat, lon, ended) WHERE public = 1 AND cell IS NOT NULL;
CREATE INDEX case_area ON cases (city, area, opened, id, ended) WHERE public = 1;
CREATE INDEX case_area_service ON cases (city, area, service, opened, id, ended) WHERE public = 1;
DROP INDEX case_unit;
CREATE INDEX case_unit ON cases (city, unit, opened, id, ended);
CREATE INDEX case_unit_service ON cases (city, unit, service, opened, id, ended) WHERE public = 1;
