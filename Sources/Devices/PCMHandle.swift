import CALSA
import Glibc

/// One open device; closes it when it goes out of scope. Lives on the thread that opened it.
///
/// Opening may take seconds when a sound server hangs: never open on the engine thread. All transfers are non-blocking;
/// `wait` bounds the time. Transfers return what alsa-lib returns: frames, or a negative `errno`.
public struct PCMHandle: ~Copyable {
    private let raw: OpaquePointer
    /// Which way it moves audio.
    public let direction: PCMDirection
    /// What was granted.
    public let format: PCMFormat

    /// Opens and sets up a device.
    /// - Throws: `ALSAError` with the deepest cause that alsa-lib named.
    public init(
        opening device: String, _ direction: PCMDirection, asking request: PCMRequest = PCMRequest()
    ) throws(ALSAError) {
        calsa_forget_message()
        var opened: OpaquePointer?
        let stream = direction == .capture ? SND_PCM_STREAM_CAPTURE : SND_PCM_STREAM_PLAYBACK
        let code = snd_pcm_open(&opened, device, stream, Int32(SND_PCM_NONBLOCK))
        guard code >= 0, let opened else {
            throw ALSAError(.open, device: device, code: code, detail: String(cString: calsa_first_message()))
        }
        do throws(ALSAError) {
            format = try PCMNegotiation(opened, device: device, direction: direction).settle(request)
        } catch {
            snd_pcm_close(opened)
            throw error
        }
        raw = opened
        self.direction = direction
    }

    deinit { snd_pcm_close(raw) }

    /// Waits until a period can be moved. 1: ready, 0: time is over, negative: `errno`.
    func wait(milliseconds: Int32) -> Int { Int(snd_pcm_wait(raw, milliseconds)) }

    /// Descriptors to poll for it.
    var pollCount: Int { max(0, Int(snd_pcm_poll_descriptors_count(raw))) }

    /// Fills in the descriptors to poll. Returns how many, or a negative `errno`.
    func pollDescriptors(_ places: UnsafeMutableBufferPointer<pollfd>) -> Int {
        Int(snd_pcm_poll_descriptors(raw, places.baseAddress, UInt32(places.count)))
    }

    /// Translates what `poll` found. Returns events as of `poll`; negative: `errno`.
    func pollEvents(_ places: UnsafeMutableBufferPointer<pollfd>) -> Int {
        var events: UInt16 = 0
        let code = snd_pcm_poll_descriptors_revents(raw, places.baseAddress, UInt32(places.count), &events)
        return code < 0 ? Int(code) : Int(events)
    }

    /// Frames that can be moved now.
    func available() -> Int { Int(snd_pcm_avail_update(raw)) }

    /// Moves frames from `bytes` to the device.
    func write(_ bytes: UnsafeRawPointer, frames: Int) -> Int {
        Int(snd_pcm_writei(raw, bytes, snd_pcm_uframes_t(frames)))
    }

    /// Moves frames from the device to `bytes`.
    func read(_ bytes: UnsafeMutableRawPointer, frames: Int) -> Int {
        Int(snd_pcm_readi(raw, bytes, snd_pcm_uframes_t(frames)))
    }

    /// Frames between here and the ear (playback) or between the mouth and here (capture); 0 when not known.
    func delay() -> Int {
        var frames: snd_pcm_sframes_t = 0
        return snd_pcm_delay(raw, &frames) < 0 ? 0 : max(0, Int(frames))
    }

    /// Drops what the device has not played and makes it ready again.
    func flush() -> Int {
        let dropped = snd_pcm_drop(raw)
        return dropped < 0 ? Int(dropped) : Int(snd_pcm_prepare(raw))
    }

    func prepare() -> Int { Int(snd_pcm_prepare(raw)) }
    func resume() -> Int { Int(snd_pcm_resume(raw)) }
    func start() -> Int { Int(snd_pcm_start(raw)) }
    /// Whether audio runs.
    var isRunning: Bool { snd_pcm_state(raw) == SND_PCM_STATE_RUNNING }
    /// Whether the device was taken away.
    var isGone: Bool { snd_pcm_state(raw) == SND_PCM_STATE_DISCONNECTED }
}
