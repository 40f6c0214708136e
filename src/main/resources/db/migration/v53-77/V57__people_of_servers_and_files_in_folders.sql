-- How many people have signed in to an MCP server, for administrators.
CREATE INDEX mcp_sign_in_of_server ON mcp_sign_in (server) WHERE secret IS NOT NULL;
-- Whether there are files in a folder is asked at each start, also where all are in the database.
CREATE INDEX attachment_blob_in_folder ON attachment_blob (id) WHERE place = 'folder';
