-- All three columns are given wherever these indexes are used, so that their order is free. Numbers of messages rise:
-- with them first, the new entries of all chats stand beside each other, and a commit changes a few pages instead of one
-- for each chat.
DROP INDEX outbox_question;
DROP INDEX outbox_message;
CREATE INDEX outbox_question ON outbox (question_id, chat_id, bot_id) WHERE question_id IS NOT NULL;
CREATE INDEX outbox_message ON outbox (message_id, chat_id, bot_id) WHERE message_id IS NOT NULL;
