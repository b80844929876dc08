// Reading the sandbox's state: who is who, which chats a person sees, what is unread.

/// The chats that a person sees: the private one with the bot first, then groups.
export function chatsOf(state, me) {
  const own = state.chats.find((chat) => isPrivateOf(chat, me)) ?? { id: me, kind: "private", title: "", members: [] };
  return [own, ...state.chats.filter((chat) => chat.kind !== "private")];
}

const isPrivateOf = (chat, person) =>
  chat.kind === "private" && (chat.id === person || (chat.members ?? []).some(({ user }) => user === person));

export const privateChat = (state, me) => chatsOf(state, me)[0];
export const chatById = (state, me, id) => chatsOf(state, me).find((chat) => chat.id === id);
export const groups = (state) => state.chats.filter((chat) => chat.kind !== "private");
export const person = (state, id) => state.people.find((one) => one.id === id);
export const messagesOf = (state, chat) => state.messages[chat.id] ?? [];
export const roleIn = (chat, user) => (chat.members ?? []).find((member) => member.user === user)?.role;
export const isAdmin = (chat, user) => ["admin", "administrator", "creator", "owner"].includes(roleIn(chat, user));
export const hasBot = (state, chat) => chat.kind === "private" || roleIn(chat, state.bot.id) !== undefined;

/// Who a chat looks like in the list.
export function face(state, chat) {
  return chat.kind === "private"
    ? { id: state.bot.id, name: state.bot.first_name, is_bot: true }
    : { id: chat.id, name: chat.title, is_bot: false };
}

/// The topic of a chat that is open: 0 is the main one, and the only one of a chat without topics.
export const topicOf = (app, chat) =>
  (chat.topics ?? []).some(({ id }) => id === app.topics.get(chat.id)) ? app.topics.get(chat.id) : 0;

/// The messages of the topic that is open.
export const shownMessages = (app, chat) =>
  chat.topics?.length ? inTopic(app, chat, topicOf(app, chat)) : messagesOf(app.state, chat);

const inTopic = (app, chat, topic) => messagesOf(app.state, chat).filter((message) => (message.topic ?? 0) === topic);

const isNew = (app, chat, message) => message.id > (app.seen.get(seenKey(chat, message)) ?? 0);
const seenKey = (chat, message) => `${chat.id}/${chat.topics?.length ? (message.topic ?? 0) : 0}`;

/// How many messages of others came after the last one that was seen.
export function unread(app, chat) {
  return messagesOf(app.state, chat).filter((message) => isNew(app, chat, message) && message.from.id !== app.me).length;
}

/// The same for one topic.
export const unreadIn = (app, chat, topic) =>
  inTopic(app, chat, topic).filter((message) => isNew(app, chat, message) && message.from.id !== app.me).length;

/// How many of the messages on the screen have not been seen.
export const unseen = (app, chat) => shownMessages(app, chat).filter((message) => isNew(app, chat, message)).length;

/// Whether somebody else's private chat has something unread.
export function unreadElsewhere(app, one) {
  const chat = app.state.chats.find((candidate) => isPrivateOf(candidate, one.id));
  if (!chat || one.id === app.me) return false;
  return messagesOf(app.state, chat).some((message) => isNew(app, chat, message) && message.from.is_bot);
}

/// Notes that some messages of a chat have been seen.
export function markSeen(app, chat, messages) {
  for (const message of messages) app.seen.set(seenKey(chat, message), message.id);
}

const TYPING_LASTS = 5_000;

/// Whether the bot's last sign of life in a chat is that it is writing.
export function isTyping(app, chat) {
  const hint = app.state.calls.findLast((call) => call.method.toLowerCase() === "sendchataction" && call.chat === chat.id);
  if (!hint || app.now() - hint.at > TYPING_LASTS) return false;
  const said = messagesOf(app.state, chat).findLast((message) => message.from.is_bot);
  return !said || said.date < hint.at;
}
