import AudioKit
import CALSA
import Glibc

/// Finds the nearest format that a device grants: S16 before S32 before float, mono before stereo before more, the rate
/// wished or the nearest.
struct PCMNegotiation {
    private let pcm: OpaquePointer
    private let device: String
    private let direction: PCMDirection

    init(_ pcm: OpaquePointer, device: String, direction: PCMDirection) {
        self.pcm = pcm
        self.device = device
        self.direction = direction
    }

    func settle(_ request: PCMRequest) throws(ALSAError) -> PCMFormat {
        var made: OpaquePointer?
        try check(snd_pcm_hw_params_malloc(&made))
        defer { snd_pcm_hw_params_free(made) }
        guard let hardware = made else { throw failure(-ENOMEM) }
        try check(snd_pcm_hw_params_any(pcm, hardware))
        try check(snd_pcm_hw_params_set_access(pcm, hardware, SND_PCM_ACCESS_RW_INTERLEAVED))
        let sample = try chooseSample(hardware)
        let channels = try chooseChannels(hardware)
        let rate = try chooseRate(hardware, wished: request.rate)
        var side: Int32 = 0
        var period = snd_pcm_uframes_t(rate * request.periodMs / 1000)
        try check(snd_pcm_hw_params_set_period_size_near(pcm, hardware, &period, &side))
        var buffer = period * snd_pcm_uframes_t(request.periods)
        try check(snd_pcm_hw_params_set_buffer_size_near(pcm, hardware, &buffer))
        try check(snd_pcm_hw_params(pcm, hardware))
        snd_pcm_hw_params_get_period_size(hardware, &period, &side)
        snd_pcm_hw_params_get_buffer_size(hardware, &buffer)
        let format = PCMFormat(
            rate: rate, channels: channels, sample: sample, period: Int(clamping: period),
            buffer: Int(clamping: buffer))
        guard format.rate > 0, (1...96_000).contains(format.period), format.buffer >= format.period else {
            throw ALSAError(.negotiate, device: device, code: EINVAL, detail: "granted \(format)")
        }
        try setThresholds(format)
        return format
    }

    private func chooseSample(_ hardware: OpaquePointer) throws(ALSAError) -> SampleLayout {
        for (layout, format) in [
            (SampleLayout.int16, SND_PCM_FORMAT_S16_LE), (.int32, SND_PCM_FORMAT_S32_LE),
            (.float32, SND_PCM_FORMAT_FLOAT_LE),
        ] where snd_pcm_hw_params_set_format(pcm, hardware, format) >= 0 {
            return layout
        }
        throw ALSAError(.negotiate, device: device, code: EINVAL, detail: "it has none of S16_LE, S32_LE, FLOAT_LE")
    }

    private func chooseChannels(_ hardware: OpaquePointer) throws(ALSAError) -> Int {
        for count: UInt32 in 1...8 where snd_pcm_hw_params_set_channels(pcm, hardware, count) >= 0 {
            return Int(count)
        }
        throw ALSAError(.negotiate, device: device, code: EINVAL, detail: "it has more than 8 channels")
    }

    /// The rate wished, or the nearest of those that can be resampled, a higher one first.
    private func chooseRate(_ hardware: OpaquePointer, wished: Int) throws(ALSAError) -> Int {
        let order = SampleRate.supported.sorted {
            (abs($0 - wished), $1) < (abs($1 - wished), $0)
        }
        for rate in order where snd_pcm_hw_params_set_rate(pcm, hardware, UInt32(rate), 0) >= 0 { return rate }
        throw ALSAError(
            .negotiate, device: device, code: EINVAL, detail: "it has none of the rates \(SampleRate.supported)")
    }

    /// Playback starts with two periods waiting; a wake-up comes with every period.
    private func setThresholds(_ format: PCMFormat) throws(ALSAError) {
        var made: OpaquePointer?
        try check(snd_pcm_sw_params_malloc(&made))
        defer { snd_pcm_sw_params_free(made) }
        guard let software = made else { throw failure(-ENOMEM) }
        try check(snd_pcm_sw_params_current(pcm, software))
        let start = direction == .playback ? min(format.period * 2, format.buffer) : 1
        try check(snd_pcm_sw_params_set_start_threshold(pcm, software, snd_pcm_uframes_t(start)))
        try check(snd_pcm_sw_params_set_avail_min(pcm, software, snd_pcm_uframes_t(format.period)))
        try check(snd_pcm_sw_params(pcm, software))
    }

    private func check(_ code: Int32) throws(ALSAError) {
        if code < 0 { throw failure(code) }
    }

    private func failure(_ code: Int32) -> ALSAError {
        ALSAError(.negotiate, device: device, code: code, detail: String(cString: calsa_first_message()))
    }
}
