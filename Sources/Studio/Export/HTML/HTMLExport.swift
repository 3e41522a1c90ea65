import Core
import Recording

/// One file that needs nothing else: player, outline of both channels, latency, transcript in step, tools, switches, troubles.
/// It can be read without scripts. A content security policy keeps it from loading or sending anything.
public struct HTMLExport: SessionExport {
    public let name = "html"
    public let fileEnd = "html"
    public let summary = "one self-contained page with player, waveform, latency and transcript in step"

    /// Opus of more bytes is left out, with a word; an hour takes about 14 MB.
    var mostAudioBytes = 32 << 20
    /// Names the page's own script; drawn anew for each page when nil, so that text from outside cannot know it.
    var nonce: String?

    /// A page with audio.
    public init() {}

    /// The whole page.
    public func text(_ session: ExportDocument) -> String {
        let nonce = self.nonce ?? Self.drawn()
        let digest = session.audio.map { AudioDigest($0, mostBytes: mostAudioBytes) }
        let policy =
            "default-src 'none'; media-src data: blob:; style-src 'unsafe-inline'; script-src 'nonce-\(nonce)'; "
            + "base-uri 'none'; form-action 'none'"
        var out = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        out += "<meta http-equiv=\"Content-Security-Policy\" content=\"\(policy)\">\n"
        out += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        out += "<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n"
        out +=
            "<title>\(HTMLText.escaped(session.name)) – Sidetone</title>\n<style>\(HTMLStyle.text)</style>\n</head>\n"
        out += "<body data-length=\"\(ExportNumber.fixed(session.seconds, 3))\">\n"
        out += HTMLHead.header(session) + HTMLPlayer.section(session, digest)
        out += "<main>\n" + HTMLTranscript.section(session)
        out += "<aside>\n" + HTMLLatency.section(session) + HTMLHead.incidents(session) + HTMLHead.details(session)
        out += "</aside>\n</main>\n"
        out += "<script nonce=\"\(nonce)\">\(HTMLScript.text)</script>\n</body>\n</html>\n"
        return out
    }

    private static func drawn() -> String {
        String(UInt64.random(in: .min ... .max), radix: 36) + String(UInt64.random(in: .min ... .max), radix: 36)
    }
}
