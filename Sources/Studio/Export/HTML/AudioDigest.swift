import AudioKit
import Core
import Recording

/// What a report needs of the audio, made in one pass: the file for the player and the outline of both channels.
struct AudioDigest {
    /// Most columns of the outline.
    static let mostColumns = 1200
    /// Longest session whose audio is read. A forged log may place a file years away.
    static let mostHours = 48

    /// Loudest sample of each column, 0...1, by channel.
    var user: [Double] = []
    var agent: [Double] = []
    /// Ogg Opus in Base64; nil when it was left out.
    var opus: String?
    /// Why there is no player, in words; nil when there is.
    var reason: String?

    /// Reads the audio. `mostBytes` of Opus are taken; a longer file is left out, with a word.
    init(_ audio: SessionAudio, mostBytes: Int) {
        guard audio.frames > 0 else {
            reason = "The audio is empty."
            return
        }
        guard audio.frames <= Int64(Self.mostHours * 3600) * Int64(max(1, audio.sampleRate)) else {
            reason = "The audio is left out: it is longer than \(Self.mostHours) hours."
            return
        }
        let columns = Int(min(Int64(Self.mostColumns), audio.frames))
        user = [Double](repeating: 0, count: columns)
        agent = user
        var bytes: [UInt8] = []
        do {
            let rate = min(max(audio.sampleRate, 8000), 192_000)
            let encoder = try OggOpusWriter(sampleRate: rate, channels: 2, bitrate: 32_000) { piece in
                guard bytes.count + piece.count <= mostBytes else { return false }
                bytes.append(contentsOf: piece)
                return true
            }
            var isFull = false
            try Self.eachSecond(of: audio) { stereo, at in
                outline(stereo, at: at, of: audio.frames)
                if !isFull { do { try encoder.append(stereo.span) } catch { isFull = true } }
            }
            if !isFull { do { try encoder.finish() } catch { isFull = true } }
            if isFull {
                let limit = ExportNumber.fixed(Double(mostBytes) / 1e6, 0)
                reason = "The audio is left out: it takes more than \(limit) MB. It stays in the session's folder."
            } else {
                var text: [UInt8] = []
                let file = bytes
                Base64.encode(bytes: file.span, into: &text)
                opus = String(decoding: text, as: UTF8.self)
            }
        } catch {
            reason = "The audio is left out: \(TranscriptVTT.plain(String(describing: error)))."
        }
    }

    private static func eachSecond(of audio: SessionAudio, _ body: ([Int16], Int64) -> Void) throws {
        let rate = max(1, audio.sampleRate)
        for at in stride(from: 0, to: audio.frames, by: rate) {
            body(try audio.samples(at: at, frames: Int(min(Int64(rate), audio.frames - at))), at)
        }
    }

    private mutating func outline(_ stereo: [Int16], at start: Int64, of frames: Int64) {
        for index in stride(from: 0, to: stereo.count - 1, by: 2) {
            let column = Int((start + Int64(index / 2)) * Int64(user.count) / frames)
            user[column] = max(user[column], abs(Double(stereo[index])) / 32768)
            agent[column] = max(agent[column], abs(Double(stereo[index + 1])) / 32768)
        }
    }
}
