"""Mail a take; what cannot go now waits in an outbox."""

from handmidi.mail.outbox import Delivery, left_alone, mail_take, outbox_folder, send_outbox

__all__ = ["Delivery", "left_alone", "mail_take", "outbox_folder", "send_outbox"]
