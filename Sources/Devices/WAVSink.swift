import AudioKit
import Glibc

/// A WAV file that grows: mono, 16 bits. Its head is right after every `flush`, so that a reader never meets a torn
/// file. One thread; blocks on the disk.
final class WAVSink {
    private let descriptor: Int32
    private let rate: Int
    private var written = 0
    private var waiting: [UInt8] = []

    /// Makes the file, replacing what was there.
    init(_ path: String, rate: Int) throws(LineFailure) {
        self.rate = rate
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw LineFailure(
                text: "\(path): \(String(cString: strerror(errno)))", fix: "choose a file that can be written")
        }
        waiting.reserveCapacity(rate * 2)
        writeHead()
    }

    deinit {
        flush()
        close(descriptor)
    }

    /// Appends; written to the file with the next `flush`, or now when half a second waits.
    func append(_ pcm: Span<Int16>) {
        WAVWriter.append(pcm, to: &waiting)
        if waiting.count >= rate { flush() }
    }

    /// Writes what waits, and the head that fits.
    func flush() {
        var done = 0
        while done < waiting.count {
            let count = waiting.withUnsafeBytes { all in
                pwrite(
                    descriptor, all.baseAddress.map { $0 + done }, all.count - done, off_t(WAVHeader.length + written))
            }
            guard count > 0 else { break }
            done += count
            written += count
        }
        waiting.removeAll(keepingCapacity: true)
        writeHead()
    }

    private func writeHead() {
        let head = WAVHeader(sampleRate: rate, channels: 1, dataBytes: written).bytes
        _ = pwrite(descriptor, head, head.count, 0)
    }
}
