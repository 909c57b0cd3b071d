import { CITY_AS_OF } from '../calendar.ts'
import { ahead } from '../shape.ts'
import type { PlantedCase } from './case.ts'

const why = (zh: string, en: string): { zh: string; en: string } => ({ zh, en })
const [spring, autumn, winter] = ['2024-03-11', '2024-09-02', '2024-12-16'] as const

/** P101 重复报批, P102 and P103 on their clocks, P105 named elsewhere, what only looks like them, and 批而未供 land left over in whole, in half and in pieces. */
export const approvalCases: readonly PlantedCase[] = [
  {
    name: 'approved twice, whole plot',
    write(scene) {
      const a = scene.approval(spring, scene.ready)
      const b = scene.approval(autumn, scene.ready)
      scene.finds('P101', [a, b], why('整块重复报批', 'the whole plot approved twice'), scene.whole)
      scene.leaves(a, [scene.whole])
    },
  },
  {
    name: 'approved twice, later approval inside the earlier one',
    write(scene) {
      const a = scene.approval(spring, scene.ready)
      const b = scene.approval(autumn, scene.ready, { shape: scene.part(0.6, 1) })
      scene.finds(
        'P101',
        [a, b],
        why('后批地块四成在前批之内', 'two fifths approved again'),
        scene.part(0.6, 1),
      )
      scene.leaves(a, [scene.whole])
    },
  },
  {
    name: 'approved twice, each reaching beyond the other',
    write(scene) {
      const a = scene.approval(spring, scene.ready, { shape: scene.part(0, 0.7) })
      const b = scene.approval(autumn, scene.ready, { shape: scene.part(0.4, 1) })
      scene.finds('P101', [a, b], why('两批交叉三成', 'three tenths in both'), scene.part(0.4, 0.7))
      scene.leaves(a, [scene.part(0, 0.7)])
      scene.leaves(b, [scene.part(0.7, 1)])
    },
  },
  {
    name: 'approved three times',
    write(scene) {
      const a = scene.approval(spring, scene.ready)
      const b = scene.approval(autumn, scene.ready)
      const c = scene.approval(winter, scene.ready)
      for (const pair of [[a, b], [a, c], [b, c]]) scene.finds('P101', pair, why('三次报批', 'approved three times'), scene.whole) // prettier-ignore
      scene.leaves(a, [scene.whole])
    },
  },
  {
    name: 'approved twice, supplied once',
    write(scene) {
      const a = scene.approval('2015-05-04', scene.taken)
      const b = scene.approval('2016-10-10', scene.taken)
      const supply = scene.supply('2018-03-01', a, { start_on: '2018-02-20', start_state: 'started', finish_on: '2019-12-20', finish_state: 'done' }) // prettier-ignore
      scene.completion('2020-01-10', supply)
      scene.title('2020-04-01', supply, { right_type: '国有建设用地使用权/房屋(构筑物)所有权' })
      scene.finds('P101', [a, b], why('已供土地曾重复报批', 'supplied land approved twice'), scene.whole)
    },
  },
  {
    name: 'approved twice along half a metre',
    write(scene) {
      const a = scene.approval(spring, scene.ready, { shape: scene.part(0, ahead(0.5, 0.5)) })
      const b = scene.approval(autumn, scene.ready, { shape: scene.part(0.5, 1) })
      const strip = scene.part(0.5, ahead(0.5, 0.5))
      scene.finds('P101', [a, b], why('相邻两批压盖 0.5 米', 'neighbours overlap by half a metre'), strip)
      scene.leaves(a, [scene.part(0, ahead(0.5, 0.5))])
      scene.leaves(b, [scene.part(ahead(0.5, 0.5), 1)])
    },
  },
  {
    name: 'decoy: overlap of five centimetres',
    write(scene) {
      const a = scene.approval(spring, scene.ready, { shape: scene.part(0, ahead(0.5, 0.05)) })
      const b = scene.approval(autumn, scene.ready, { shape: scene.part(0.5, 1) })
      scene.spares(['P101'], [a, b], why('5 厘米压盖是测量误差', 'five centimetres are noise'))
      scene.leaves(a, [scene.part(0, ahead(0.5, 0.05))])
      scene.leaves(b, [scene.part(ahead(0.5, 0.05), 1)])
    },
  },
  {
    name: 'decoy: approvals that only touch',
    write(scene) {
      const a = scene.approval(spring, scene.ready, { shape: scene.part(0, 0.5) })
      const b = scene.approval(autumn, scene.ready, { shape: scene.part(0.5, 1) })
      scene.spares(['P101'], [a, b], why('仅共边', 'only a border in common'))
      scene.leaves(a, [scene.part(0, 0.5)])
      scene.leaves(b, [scene.part(0.5, 1)])
    },
  },
  ...(['withdrawn', 'lapsed', 'reduced'] as const).map((status): PlantedCase => ({
    name: `decoy: the earlier approval is ${status}`,
    write(scene) {
      const a = scene.approval('2019-04-08', { status, status_on: '2023-05-30' })
      const b = scene.approval(spring, scene.ready)
      scene.spares(['P101'], [a, b], why('前一批文已不再有效', `the earlier approval is ${status}`))
      scene.leaves(b, [scene.whole])
    },
  })),
  {
    name: 'decoy: approved again before the first approval was withdrawn',
    write(scene) {
      const a = scene.approval('2019-04-08', { status: 'withdrawn', status_on: '2024-06-03' })
      const b = scene.approval(spring, scene.ready)
      scene.spares(
        ['P101'],
        [a, b],
        why('两批曾并存,前一批已撤回', 'both held for a while, one was withdrawn'),
      )
      scene.leaves(b, [scene.whole])
    },
  },
  {
    name: 'decoy: the earlier approval is withdrawn, nobody wrote when',
    write(scene) {
      const a = scene.approval('2019-04-08', { status: 'withdrawn' })
      const b = scene.approval(spring, scene.ready)
      scene.spares(['P101'], [a, b], why('前一批已撤回,日期空白', 'withdrawn on a day nobody wrote down'))
      scene.leaves(b, [scene.whole])
    },
  },
  {
    name: 'decoy: withdrawn on the day asked about',
    write(scene) {
      const a = scene.approval('2019-04-08', { status: 'withdrawn', status_on: CITY_AS_OF })
      const b = scene.approval(spring, scene.ready)
      scene.spares(['P101'], [a, b], why('当日撤回', 'withdrawn today'))
      scene.leaves(b, [scene.whole])
    },
  },
  {
    name: 'approved twice, the earlier one withdrawn from tomorrow',
    write(scene) {
      const a = scene.approval('2019-04-08', { ...scene.ready, status: 'withdrawn', status_on: '2025-07-01' })
      const b = scene.approval(spring, scene.ready)
      scene.finds(
        'P101',
        [a, b],
        why('次日起撤回,当日仍重复', 'withdrawn tomorrow, twice today'),
        scene.whole,
      )
      scene.leaves(a, [scene.whole])
    },
  },
  {
    name: 'approved twice, neither says whether it holds',
    write(scene) {
      const a = scene.approval(spring, { ...scene.ready, status: undefined })
      const b = scene.approval(autumn, { ...scene.ready, status: undefined })
      scene.finds('P101', [a, b], why('批文状态空白视为有效', 'a blank state is valid'), scene.whole)
      scene.leaves(a, [scene.whole])
    },
  },
  {
    name: 'approved three times in a row, the ends apart',
    write(scene) {
      const a = scene.approval(spring, scene.ready, { shape: scene.part(0, 0.4) })
      const b = scene.approval(autumn, scene.ready, { shape: scene.part(0.3, 0.8) })
      const c = scene.approval(winter, scene.ready, { shape: scene.part(0.7, 1) })
      scene.finds(
        'P101',
        [a, b],
        why('首尾相接的三批,前两批压盖', 'first and second of three'),
        scene.part(0.3, 0.4),
      )
      scene.finds(
        'P101',
        [b, c],
        why('首尾相接的三批,后两批压盖', 'second and third of three'),
        scene.part(0.7, 0.8),
      )
      scene.spares(['P101'], [a, c], why('两端的批次互不压盖', 'first and third do not meet'))
      scene.leaves(a, [scene.part(0, 0.4)])
      scene.leaves(b, [scene.part(0.4, 0.8)])
      scene.leaves(c, [scene.part(0.8, 1)])
    },
  },
  {
    name: 'approved three times, all three over a tenth',
    write(scene) {
      const a = scene.approval(spring, scene.ready, { shape: scene.part(0, 0.6) })
      const b = scene.approval(autumn, scene.ready, { shape: scene.part(0.3, 0.8) })
      const c = scene.approval(winter, scene.ready, { shape: scene.part(0.5, 1) })
      scene.finds('P101', [a, b], why('三批交叉,前两批', 'three across each other, first and second'), scene.part(0.3, 0.6)) // prettier-ignore
      scene.finds('P101', [b, c], why('三批交叉,后两批', 'three across each other, second and third'), scene.part(0.5, 0.8)) // prettier-ignore
      scene.finds('P101', [a, c], why('三批交叉,首尾两批', 'three across each other, first and third'), scene.part(0.5, 0.6)) // prettier-ignore
      scene.leaves(a, [scene.part(0, 0.6)])
      scene.leaves(b, [scene.part(0.6, 0.8)])
      scene.leaves(c, [scene.part(0.8, 1)])
    },
  },
  {
    name: 'decoy: two rows of one document',
    write(scene) {
      const doc = `株政地虚〔2024〕同文${scene.plot.ordinal}号`
      const a = scene.approval(spring, scene.ready, { shape: scene.part(0, 0.6), doc })
      const b = scene.approval(spring, scene.ready, { shape: scene.part(0.4, 1), doc })
      scene.spares(['P101'], [a, b], why('同一批文的两个地块', 'two rows of one document'))
      scene.leaves(a, [scene.part(0, 0.6)], null)
      scene.leaves(b, [scene.part(0.6, 1)], null)
    },
  },
  {
    name: 'nothing supplied, ready',
    minM2: 4000,
    write(scene) {
      const a = scene.approval(spring, scene.ready)
      scene.leaves(a, [scene.whole])
      scene.gets(a, 'B8', why('净地可供', 'clean and ready'))
    },
  },
  {
    name: 'half supplied, ready',
    minM2: 7000,
    write(scene) {
      const a = scene.approval('2024-01-15', scene.ready)
      const supply = scene.supply('2025-12-15', a, { start_state: 'none' }, { shape: scene.part(0, 0.5) }) // prettier-ignore
      scene.leaves(a, [scene.part(0.5, 1)])
      scene.gets(a, 'B8', why('余下一半净地可供', 'the other half is ready'))
      scene.gets(supply, 'C9', why('未到约定开工日', 'start not due'))
    },
  },
  {
    name: 'supplied in the middle, two pieces left',
    write(scene) {
      const a = scene.approval('2024-01-15', { ...scene.ready, site_clean: false })
      scene.supply('2025-12-15', a, { start_state: 'none' }, { shape: scene.part(0.35, 0.7) })
      scene.leaves(a, [scene.part(0, 0.35), scene.part(0.7, 1)])
    },
  },
  {
    name: 'two supplies, three pieces left',
    write(scene) {
      const a = scene.approval('2024-01-15', { ...scene.ready, site_clean: false })
      scene.supply('2025-12-15', a, { start_state: 'none' }, { shape: scene.part(0.2, 0.4) })
      scene.supply('2025-12-20', a, { start_state: 'none' }, { shape: scene.part(0.6, 0.8) })
      scene.leaves(a, [scene.part(0, 0.2), scene.part(0.4, 0.6), scene.part(0.8, 1)])
    },
  },
  {
    name: 'decoy: supply three centimetres short of the approval',
    write(scene) {
      const a = scene.approval('2024-01-15', scene.ready)
      scene.supply('2025-12-15', a, { start_state: 'none' }, { shape: scene.part(0, ahead(1, -0.03)) })
      scene.spares(
        ['P204'],
        [a],
        why('供应图形短 3 厘米,无剩余', 'a gap of three centimetres is no remainder'),
      )
    },
  },
  {
    name: 'titled without a supply inside an approval',
    write(scene) {
      const a = scene.approval('2012-06-18', scene.ready)
      scene.title('2013-03-04', null, { legacy_built: true }, { shape: scene.part(0, 0.4) })
      scene.leaves(a, [scene.part(0.4, 1)])
    },
  },
  {
    name: 'a remainder across a district boundary',
    needs: 'district boundary',
    write(scene) {
      const a = scene.approval(spring, scene.ready)
      scene.leaves(a, [scene.whole], 2)
    },
  },
  {
    name: 'not expropriated',
    minM2: 4000,
    write(scene) {
      const a = scene.approval(spring, { ...scene.ready, expropriation: 'none', compensated: false })
      scene.leaves(a, [scene.whole])
      scene.gets(a, 'B5', why('未征收', 'not expropriated'))
    },
  },
  {
    name: 'expropriated, not clean',
    minM2: 4000,
    write(scene) {
      const a = scene.approval(spring, { ...scene.ready, site_clean: false })
      scene.leaves(a, [scene.whole])
      scene.gets(a, 'B7', why('已征未净', 'expropriated, not clean'))
    },
  },
  {
    name: 'too small to supply',
    write(scene) {
      const a = scene.approval('2024-01-15', scene.ready)
      scene.supply('2025-12-15', a, { start_state: 'none' }, { shape: scene.part(0, 0.96) })
      scene.leaves(a, [scene.part(0.96, 1)])
      scene.gets(a, 'B6', why('边角地', 'too small to supply'))
    },
  },
  {
    name: 'two years and a day without compensation',
    write(scene) {
      const a = scene.approval('2023-06-29', { ...scene.ready, compensated: false, expropriation: 'none' })
      scene.leaves(a, [scene.whole])
      scene.finds('P103', [a], why('失效首日', 'the first day after two years'), scene.whole)
      scene.spares(['P102'], [a], why('已失效,不再预警', 'lapsed, no longer warned of'))
      scene.gets(a, 'B1', why('满两年次日未补偿未用地', 'the day after two years'))
    },
  },
  {
    name: 'two years to the day without compensation',
    write(scene) {
      const a = scene.approval('2023-06-30', { ...scene.ready, compensated: false, expropriation: 'none' })
      scene.leaves(a, [scene.whole])
      scene.finds('P102', [a], why('满两年当日', 'the last day of two years'), scene.whole)
      scene.spares(['P103'], [a], why('满两年当日尚未失效', 'not lapsed on the last day'))
      scene.gets(a, 'B5', why('满两年当日尚未失效', 'the last day of two years'))
    },
  },
  {
    name: 'not compensated, 180 days before two years are over',
    write(scene) {
      const a = scene.approval('2023-12-27', { ...scene.ready, compensated: false, expropriation: 'part' }, { shape: scene.part(0, 0.5) }) // prettier-ignore
      const b = scene.approval('2023-12-28', { ...scene.ready, compensated: false, expropriation: 'part' }, { shape: scene.part(0.5, 1) }) // prettier-ignore
      scene.finds('P102', [a], why('距失效 180 天', '180 days left'), scene.part(0, 0.5))
      scene.spares(['P102'], [b], why('距失效 181 天', '181 days left'))
      scene.leaves(a, [scene.part(0, 0.5)])
      scene.leaves(b, [scene.part(0.5, 1)])
    },
  },
  {
    name: 'lapsed but for the half that was supplied',
    write(scene) {
      const a = scene.approval('2021-06-07', { ...scene.ready, compensated: false, expropriation: 'none' })
      scene.supply('2025-12-15', a, { start_state: 'none' }, { shape: scene.part(0, 0.5) })
      scene.finds('P103', [a], why('未供部分已失效', 'what was not supplied has lapsed'), scene.part(0.5, 1))
      scene.leaves(a, [scene.part(0.5, 1)])
    },
  },
  {
    name: 'decoy: over two years, compensated',
    write(scene) {
      const a = scene.approval('2021-06-07', { ...scene.ready, expropriation: 'part' })
      scene.spares(['P102', 'P103'], [a], why('已补偿的批文不自动失效', 'compensated land does not lapse'))
      scene.leaves(a, [scene.whole])
    },
  },
  {
    name: 'decoy: over two years, compensation not stated',
    write(scene) {
      const a = scene.approval('2021-06-07', { ...scene.ready, compensated: undefined, expropriation: undefined }) // prettier-ignore
      scene.spares(['P102', 'P103'], [a], why('补偿情况未填', 'a blank lapses nothing'))
      scene.leaves(a, [scene.whole])
    },
  },
  {
    name: 'supplied under the number of another approval',
    write(scene) {
      const named = scene.approval('2015-03-02', scene.ready, { shape: scene.part(0, 0.5) })
      const here = scene.approval('2015-05-04', scene.taken, { shape: scene.part(0.5, 1) })
      const supply = scene.supply('2025-12-15', named, { start_state: 'none' }, { shape: scene.part(0.5, 1) })
      scene.finds('P105', [supply, here, named], why('合同所引批文不在此地', 'the contract names the approval next door'), scene.part(0.5, 1)) // prettier-ignore
      scene.leaves(named, [scene.part(0, 0.5)])
    },
  },
  {
    name: 'titled under the number of another approval',
    write(scene) {
      const named = scene.approval('2005-03-02', scene.ready, { shape: scene.part(0, 0.5) })
      const here = scene.approval('2005-05-04', scene.taken, { shape: scene.part(0.5, 1) })
      const title = scene.title('2008-04-05', null, { legacy_built: true, approval_doc_no: named.doc! }, { shape: scene.part(0.5, 1) }) // prettier-ignore
      scene.finds('P105', [title, here, named], why('登记所引批文不在此地', 'the title names the approval next door'), scene.part(0.5, 1)) // prettier-ignore
      scene.leaves(named, [scene.part(0, 0.5)])
    },
  },
  {
    name: 'decoy: the approval named covers a tenth of the contract',
    write(scene) {
      const named = scene.approval('2015-03-02', scene.taken, { shape: scene.part(0, 0.1) })
      scene.approval('2015-05-04', scene.taken, { shape: scene.part(0.1, 1) })
      const supply = scene.supply('2025-12-15', named, { start_state: 'none' })
      scene.spares(['P105'], [supply], why('所引批文在此地有一部分', 'the approval named lies here in part'))
    },
  },
  {
    name: 'decoy: another plot of the approval named lies elsewhere',
    write(scene) {
      const doc = `株政地虚〔2015〕同文${scene.plot.ordinal}号`
      scene.approval('2015-03-02', scene.ready, { shape: scene.part(0, 0.5), doc })
      const here = scene.approval('2015-03-02', scene.taken, { shape: scene.part(0.5, 1), doc })
      const supply = scene.supply('2025-12-15', here, { start_state: 'none' }, { shape: scene.part(0.5, 1) })
      scene.spares(['P105'], [supply], why('同一批文的另一地块在别处', 'one of two plots of the approval lies here')) // prettier-ignore
      scene.leaves(here, [scene.part(0, 0.5)])
    },
  },
  {
    name: 'decoy: the approval named is not in the base',
    write(scene) {
      const here = scene.approval('2015-03-02', scene.taken)
      const supply = scene.supply('2025-12-15', here, { start_state: 'none', approval_doc_no: '湘政地虚〔1999〕9号' }) // prettier-ignore
      scene.spares(['P105'], [supply], why('所引批文未入库', 'the approval named was never delivered'))
    },
  },
  {
    name: 'decoy: the approval named lies here and was withdrawn since',
    write(scene) {
      const named = scene.approval('2012-03-02', {
        ...scene.taken,
        status: 'reduced',
        status_on: '2020-01-06',
      })
      scene.approval('2020-05-04', scene.taken)
      const supply = scene.supply('2025-12-15', named, { start_state: 'none' })
      scene.spares(
        ['P105'],
        [supply],
        why('所引批文在此地,后已核减', 'the approval named lies here, reduced since'),
      )
    },
  },
  {
    name: 'compensated, cannot be supplied, land class unchanged',
    write(scene) {
      const a = scene.approval('2021-06-07', {
        ...scene.ready,
        supply_possible: false,
        class_unchanged: true,
      })
      scene.leaves(a, [scene.whole])
      scene.gets(
        a,
        'B2',
        why('已补偿、不能供应、地类未变', 'compensated, cannot be supplied, class unchanged'),
      )
    },
  },
  {
    name: 'compensated, cannot be supplied, land class changed',
    write(scene) {
      const a = scene.approval('2021-06-07', {
        ...scene.ready,
        supply_possible: false,
        class_unchanged: false,
      })
      scene.leaves(a, [scene.whole])
      scene.gets(a, 'B3', why('已补偿、不能供应、地类已变', 'compensated, cannot be supplied, class changed'))
    },
  },
  {
    name: 'state of approved land not known',
    minM2: 4000,
    write(scene) {
      const a = scene.approval(spring)
      scene.leaves(a, [scene.whole])
      scene.gets(a, 'Z0', why('各项状态空白', 'every state blank'))
    },
  },
]
