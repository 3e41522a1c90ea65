import Core
import Glibc
import Terminal

extension ScreenOptions {
    /// Lets a crash be written down in `STATE/sidetone/crash-PID.txt`.
    func reportingCrashes() -> ScreenOptions {
        var options = self
        let folder = ControlSocket.stateFolder(environment)
        ControlSocket.makeFolder(folder)
        options.crashReport = (
            "\(folder)/crash-\(getpid()).txt", "\(Version.text), process \(getpid()), started \(WallTime.now().rfc3339)"
        )
        return options
    }
}
