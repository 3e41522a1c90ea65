import Core
import Devices

/// `--audio`: no devices, or files in their place.
struct AudioChoice: Sendable, Equatable {
    var capture: String
    var playback: String
    /// What the provider was sent goes into this file too.
    var sent: String?

    /// Reads `none` or `fake:IN.wav,OUT.wav[,SENT.wav]`; `none` in the place of a file is no device.
    init(parsing text: String) throws(ConfigurationError) {
        if text == DeviceList.none {
            capture = text
            playback = text
            return
        }
        let prefix = "fake:"
        let files = text.dropFirst(prefix.count).split(separator: ",", omittingEmptySubsequences: false).map(
            String.init)
        guard text.hasPrefix(prefix), (2...3).contains(files.count), !files.contains("") else {
            throw ConfigurationError(
                place: "--audio \(text)", cause: "is neither none nor two or three files",
                fix: "give --audio none, or --audio fake:IN.wav,OUT.wav[,SENT.wav]")
        }
        let devices = files.map { $0 == DeviceList.none ? $0 : prefix + $0 }
        capture = devices[0]
        playback = devices[1]
        sent = files.count == 3 ? files[2] : nil
    }
}
