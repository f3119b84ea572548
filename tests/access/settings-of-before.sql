insert into intent ("hub", "kind", "key", "payload", "wanted_by", "created_at_ms") values ('', 'relay-settings', '100000000000000001', '{"onMove":"return","leaveAfterMs":5000,"volumePercent":30}', 'guild-member:100000000000000001:9', 1796122062714.73);
insert into intent ("hub", "kind", "key", "payload", "wanted_by", "created_at_ms") values ('', 'relay-settings', '100000000000000003', '{"onMove":"follow","leaveAfterMs":60000,"volumePercent":150}', 'guild-member:100000000000000003:9', 1796122062717.1318);
insert into alert_channel ("guild_id", "channel_id", "set_by", "set_at_ms", "fallback_told") values ('100000000000000002', '300000000000000001', 'guild-member:100000000000000002:9', 5, 0);
insert into role_grant ("guild_id", "discord_role_id", "role") values ('100000000000000001', '7', 'publisher');
insert into home_guild ("guild_id", "standing", "set_by", "set_at_ms") values ('100000000000000001', 'home', 'system:update', 1796122062701.9858);
insert into home_choice ("id", "choice", "made_at_ms") values (1, 'in-use', 1796122062701.9858);
