CREATE TABLE conversations (
  id TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  title TEXT NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX conversations_by_owner ON conversations (owner, updated_at DESC);

CREATE TABLE turns (
  id TEXT PRIMARY KEY,
  conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
  owner TEXT NOT NULL,
  -- Made by the client: a message sent again after a broken connection is found, not run twice.
  request_id TEXT NOT NULL,
  ordinal INTEGER NOT NULL,
  user_text TEXT NOT NULL,
  reasoning TEXT NOT NULL DEFAULT '',
  reasoning_ms INTEGER,
  answer TEXT NOT NULL DEFAULT '',
  status TEXT NOT NULL CHECK (status IN ('queued', 'running', 'done', 'error')),
  finish TEXT,
  error_code TEXT,
  error_message TEXT,
  model TEXT NOT NULL,
  usage TEXT,
  timings TEXT,
  dropped_turns INTEGER NOT NULL DEFAULT 0,
  created_at TEXT NOT NULL,
  seq INTEGER NOT NULL DEFAULT 0,
  UNIQUE (owner, request_id),
  UNIQUE (conversation_id, ordinal)
) STRICT;
CREATE INDEX turns_unfinished ON turns (status) WHERE status IN ('queued', 'running');
