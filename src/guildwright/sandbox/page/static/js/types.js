/**
 * What the control API sends, as far as the page reads it. Types only; no module is loaded.
 *
 * @typedef {{id: string, username: string, global_name?: string | null, avatar?: string | null, bot?: boolean, guild_ids?: string[]}} User
 * @typedef {{status: string, activities: {name: string, type: number, state?: string}[]}} Presence
 * @typedef {{user: User, nick?: string | null, roles: string[], joined_at?: string, communication_disabled_until?: string | null, presence?: Presence, voice_channel_id?: string | null}} Member
 * @typedef {{id: string, name: string, color: number, position: number, hoist: boolean, permissions: string, mentionable?: boolean, icon?: string | null}} Role
 * @typedef {{view: boolean, send: boolean, attach: boolean, react: boolean, manage_messages: boolean, use_commands: boolean}} Can
 * @typedef {{id: string, type: number, name?: string, topic?: string | null, position?: number, parent_id?: string | null, guild_id?: string, can?: Can, recipients?: User[], last_message_id?: string | null, thread_metadata?: {archived: boolean, locked?: boolean}, message_count?: number, owner_id?: string}} Channel
 * @typedef {{id: string, name: string, icon?: string | null, owner_id: string, roles: Role[], channels: Channel[], members: Member[], permissions: string, emojis?: Emoji[]}} Guild
 * @typedef {User & {online: boolean, status?: string, activities?: Presence["activities"]}} Bot
 * @typedef {{me: User, people: User[], bot: Bot, guilds: Guild[], dms: Channel[]}} WorldState
 *
 * @typedef {{id?: string | null, name?: string | null, animated?: boolean}} Emoji
 * @typedef {{type: string, text?: string, children?: TextNode[], href?: string, level?: number, language?: string, id?: string, name?: string, animated?: boolean, unix?: number, style?: string, ordered?: boolean, start?: number}} TextNode
 * @typedef {{id: string, filename: string, size: number, url: string, content_type?: string, width?: number, height?: number, description?: string, title?: string}} Attachment
 * @typedef {Record<string, any>} Embed
 * @typedef {{type: number, id?: number, custom_id?: string, [key: string]: any}} Component
 * @typedef {{emoji: Emoji, count: number, me: boolean}} Reaction
 * @typedef {{reply?: boolean, edit?: boolean, delete?: boolean, pin?: boolean, react?: boolean}} Actions
 * @typedef {{id: string, channel_id: string, author: User, content: string, content_tree?: TextNode[], timestamp: string, edited_timestamp?: string | null, type: number, flags?: number, embeds?: Embed[], attachments?: Attachment[], components?: Component[], reactions?: Reaction[], mentions?: User[], mention_everyone?: boolean, mention_roles?: string[], pinned?: boolean, webhook_id?: string, referenced_message?: Message | null, message_reference?: Record<string, any>, message_snapshots?: {message: Message}[], interaction?: any, interaction_metadata?: any, thread?: Channel, poll?: any, sticker_items?: {id: string, name: string}[], ephemeral?: boolean, loading?: boolean, system_text?: string | null, actions?: Actions, failed_interaction?: boolean}} Message
 *
 * @typedef {{name: string, value: string | number, name_localizations?: any}} Choice
 * @typedef {{type: number, name: string, description: string, required?: boolean, choices?: Choice[], autocomplete?: boolean, min_value?: number, max_value?: number, min_length?: number, max_length?: number, channel_types?: number[]}} Option
 * @typedef {{id: string, application_id: string, name: string, description: string, type: number, path: string[], options: Option[], guild_id: string | null}} Command
 * @typedef {{custom_id: string, title: string, components: Component[]}} ModalPayload
 */
export {};
