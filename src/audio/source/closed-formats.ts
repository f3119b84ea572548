/** ffmpeg's names of codecs that stay closed, and the names people know. */

export const closedCodecs: Readonly<Record<string, string>> = {
  ...{ dca: 'DTS', dts: 'DTS', truehd: 'Dolby TrueHD', mlp: 'MLP', ac4: 'AC-4' },
  ...{
    wmav1: 'Windows Media Audio',
    wmav2: 'Windows Media Audio',
    wmapro: 'Windows Media Audio Professional',
  },
  ...{ wmalossless: 'Windows Media Audio Lossless', wmavoice: 'Windows Media Audio Voice' },
  ...{ ape: 'Monkey’s Audio', wavpack: 'WavPack', tta: 'True Audio', tak: 'TAK', shorten: 'Shorten' },
  ...{ musepack7: 'Musepack', musepack8: 'Musepack', speex: 'Speex', libspeex: 'Speex', gsm: 'GSM' },
  ...{ amrnb: 'AMR', amrwb: 'AMR', libopencore_amrnb: 'AMR', libopencore_amrwb: 'AMR', qcelp: 'QCELP' },
  ...{ cook: 'RealAudio', ralf: 'RealAudio', sipr: 'RealAudio', ra_144: 'RealAudio', ra_288: 'RealAudio' },
  ...{ mp1: 'MPEG layer 1', mp1float: 'MPEG layer 1', mp3on4float: 'MP3 in MPEG-4', als: 'MPEG-4 ALS' },
  ...{ atrac1: 'ATRAC', atrac3: 'ATRAC', atrac3p: 'ATRAC', dsd_lsbf: 'DSD', dsd_msbf: 'DSD' },
  ...{ dsd_lsbf_planar: 'DSD', dsd_msbf_planar: 'DSD', nellymoser: 'Nellymoser', qdm2: 'QDesign Music' },
  ...{ adpcm_ms: 'ADPCM', adpcm_ima_wav: 'ADPCM', adpcm_ima_qt: 'ADPCM', g722: 'G.722', g726: 'G.726' },
  ...{
    pcm_bluray: 'PCM of Blu-ray',
    pcm_dvd: 'PCM of DVDs',
    pcm_u16le: 'unsigned PCM',
    pcm_s64le: 'PCM of 64 bit',
  },
};

export const closedFormats: Readonly<Record<string, string>> = {
  ...{
    asf: 'Windows Media (ASF)',
    asf_o: 'Windows Media (ASF)',
    avi: 'AVI',
    flv: 'Flash video',
    live_flv: 'Flash video',
  },
  ...{
    rm: 'RealMedia',
    au: 'AU',
    caf: 'Core Audio Format',
    w64: 'Wave64',
    ape: 'Monkey’s Audio',
    wv: 'WavPack',
  },
  ...{
    mpc: 'Musepack',
    mpc8: 'Musepack',
    tta: 'True Audio',
    tak: 'TAK',
    amr: 'AMR',
    amrnb: 'AMR',
    amrwb: 'AMR',
  },
  ...{
    dts: 'DTS',
    dtshd: 'DTS-HD',
    truehd: 'Dolby TrueHD',
    dsf: 'DSD',
    iff: 'IFF',
    mpeg: 'MPEG program stream',
  },
  ...{
    mpegts: 'MPEG-TS',
    loas: 'AAC in LOAS',
    libmodplug: 'a tracker module',
    libopenmpt: 'a tracker module',
  },
  ...{ libgme: 'the music of a game', voc: 'VOC' },
};

/** Containers that never hold sound. */
export const noSound: Readonly<Record<string, string>> = {
  ...{ png_pipe: 'a picture', jpeg_pipe: 'a picture', webp_pipe: 'a picture', bmp_pipe: 'a picture' },
  ...{ gif: 'a picture', mjpeg: 'a picture', tiff_pipe: 'a picture', svg_pipe: 'a picture' },
  ...{ srt: 'subtitles', webvtt: 'subtitles', ass: 'subtitles', hls: 'an HLS playlist' },
  ...{ concat: 'a script of ffmpeg', ffmetadata: 'metadata of ffmpeg', tty: 'text' },
};
