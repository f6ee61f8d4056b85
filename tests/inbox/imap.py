"""A mailbox that speaks as much IMAP as is asked of it: LOGIN, SELECT, UID SEARCH, FETCH and STORE, LOGOUT."""

import re
import socketserver
import threading


class Mailbox:
    """Mails by number; `seen` are those that were marked. `gone` breaks the line when a mail is fetched."""

    def __init__(self, *mails):
        self.mails = dict(enumerate(mails, 1))
        self.seen, self.asked, self.gone = set(), [], False
        self.password = "right"

    def serve(self):
        box = self

        class Talk(socketserver.StreamRequestHandler):
            def handle(self):
                self.wfile.write(b"* OK ready\r\n")
                for line in self.rfile:
                    tag, _, command = line.decode().strip().partition(" ")
                    box.asked.append(command)
                    answer = box.answer(command)
                    if answer is None:
                        return
                    self.wfile.write(answer + f"{tag} {box.verdict(command)} done\r\n".encode())

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address, daemon_threads = True, True

        server = Server(("127.0.0.1", 0), Talk)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.port = server.server_address[1]
        return server

    def verdict(self, command):
        return "NO" if command.startswith("LOGIN") and self.password not in command else "OK"

    def answer(self, command):
        if command == "CAPABILITY":
            return b"* CAPABILITY IMAP4rev1\r\n"
        if command.startswith("SELECT"):
            return f"* {len(self.mails)} EXISTS\r\n".encode()
        if command.startswith("UID SEARCH"):
            return f"* SEARCH {' '.join(str(uid) for uid in self.mails if uid not in self.seen)}\r\n".encode()
        if found := re.match(r"UID FETCH (\d+) .*<0\.(\d+)>", command):
            return None if self.gone else self.fetched(int(found[1]), int(found[2]))
        if found := re.match(r"UID STORE (\d+) \+FLAGS.SILENT \(\\Seen\)", command):
            self.seen.add(int(found[1]))
        return b""

    def fetched(self, uid, most):
        mail = self.mails[uid]
        part = mail[:most]
        head = f"* {uid} FETCH (UID {uid} RFC822.SIZE {len(mail)} BODY[]<0> {{{len(part)}}}\r\n".encode()
        return head + part + b")\r\n"
