import { App, Button, Input, Popconfirm, Table, Tag } from 'antd'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { renameProfile, retireProfile, type SourceProfile } from '../api.ts'
import { layerName } from '../catalog.ts'
import { formatCount, formatMoment, inLanguage } from '../format.ts'
import { useCatalog, useProfile, useProfiles } from '../use-api.ts'
import { useView } from '../use-view.ts'
import { Answer } from './Loading.tsx'
import { knownKind } from './record-kind.ts'
import { useTellProblem } from './use-tell-problem.tsx'

/** 来源对照: how files of each source are read, with when that was last of use. Nothing is lost: versions are added. */
export function SourceProfiles() {
  const { t } = useTranslation()
  const { lang } = useView()
  const catalog = useCatalog()
  const profiles = useProfiles()
  const kindName = (as: string): string =>
    as.startsWith('layer:') ? layerName(catalog, as.slice(6), lang) : t(`recordKind.${knownKind(as)}`)
  return (
    <section className="profiles" aria-label={t('profile.title')}>
      <h2>{t('profile.title')}</h2>
      <p className="muted">{t('profile.hint')}</p>
      <Answer of={profiles}>
        {(found) => (
          <Table<SourceProfile>
            size="small"
            rowKey="profileId"
            dataSource={found}
            pagination={{ pageSize: 10, hideOnSinglePage: true }}
            scroll={{ x: 'max-content' }}
            locale={{ emptyText: t('profile.empty') }}
            expandable={{
              expandedRowRender: ({ profileId }) => <OneProfile profileId={profileId} />,
              columnTitle: <span className="visually-hidden">{t('profile.show')}</span>,
            }}
            columns={[
              {
                title: t('intake.sourceName'),
                render: (_, { name, retired }) => (
                  <>
                    {name} {retired && <Tag>{t('profile.deleted')}</Tag>}
                  </>
                ),
              },
              { title: t('delivery.kind'), render: (_, { as }) => kindName(as) },
              {
                title: t('profile.columns'),
                align: 'right',
                render: (_, { columns }) => <span className="num">{formatCount(columns.length, lang)}</span>,
              },
              {
                title: t('profile.lastUsed'),
                render: (_, { lastUsedAt, uses }) =>
                  lastUsedAt === null ? (
                    <span className="muted">{t('profile.unused')}</span>
                  ) : (
                    <span className="num nowrap">
                      {formatMoment(lastUsedAt, lang)} · {t('profile.uses', { count: uses })}
                    </span>
                  ),
              },
            ]}
          />
        )}
      </Answer>
    </section>
  )
}

/** What a profile says of each column, its versions, and the way to rename or delete it. */
function OneProfile({ profileId }: { profileId: number }) {
  const { t } = useTranslation()
  const { lang } = useView()
  const versions = useProfile(profileId)
  return (
    <Answer of={versions}>
      {(all) => {
        const [newest] = all
        if (!newest) return null
        const { fields = {}, ignore = [], ...rest } = newest.mapping
        const byColumn = new Map(Object.entries(fields).map(([field, column]) => [column, field]))
        return (
          <>
            <div className="scroll-x">
              <table className="columns-table">
                <caption>{t('profile.says', { version: newest.version })}</caption>
                <thead>
                  <tr>
                    <th scope="col">{t('intake.column')}</th>
                    <th scope="col">{t('intake.meaning')}</th>
                  </tr>
                </thead>
                <tbody>
                  {newest.columns.map((column) => {
                    const field = byColumn.get(column)
                    const title = field === undefined ? undefined : newest.titles[field]
                    return (
                      <tr key={column}>
                        <th scope="row">{column}</th>
                        <td>
                          {field === undefined
                            ? t(ignore.includes(column) ? 'intake.unused' : 'profile.byName')
                            : title
                              ? inLanguage(title, lang)
                              : field}
                        </td>
                      </tr>
                    )
                  })}
                </tbody>
              </table>
            </div>
            {newest.crs && (
              <p>
                {t('delivery.crs')} {newest.crs}
              </p>
            )}
            {Object.keys(rest).length > 0 && <pre className="code">{JSON.stringify(rest, null, 1)}</pre>}
            <ol className="versions" reversed>
              {all.map((each) => (
                <li key={each.version} value={each.version}>
                  v{each.version} · {each.name} · {each.savedBy} · {formatMoment(each.savedAt, lang)}
                  {each.retired && ` · ${t('profile.deleted')}`}
                </li>
              ))}
            </ol>
            {!newest.retired && <Change profile={newest} />}
          </>
        )
      }}
    </Answer>
  )
}

function Change({ profile }: { profile: SourceProfile }) {
  const { t } = useTranslation()
  const { lang } = useView()
  const client = useQueryClient()
  const { message } = App.useApp()
  const tellProblem = useTellProblem()
  const [name, setName] = useState(profile.name)
  const [by, setBy] = useState('')
  const change = async (work: Promise<unknown>, done: string) => {
    try {
      await work
      void message.success(done)
      await client.invalidateQueries({ queryKey: ['profiles'] })
    } catch (error) {
      tellProblem(error)
    }
  }
  const isNamed = by.trim() !== ''
  return (
    <div className="remember">
      <Input
        value={name}
        onChange={({ target }) => setName(target.value)}
        aria-label={t('profile.newName')}
        maxLength={120}
      />
      <Input
        value={by}
        onChange={({ target }) => setBy(target.value)}
        placeholder={t('intake.person')}
        aria-label={t('intake.person')}
        maxLength={80}
      />
      <Button
        disabled={!isNamed || name.trim() === '' || name.trim() === profile.name}
        onClick={() =>
          void change(
            renameProfile(profile.profileId, { name: name.trim(), by: by.trim() }, { lang }),
            t('profile.renamed'),
          )
        }
      >
        {t('profile.rename')}
      </Button>
      <Popconfirm
        title={t('profile.deleteAsk')}
        okText={t('profile.delete')}
        cancelText={t('draw.cancel')}
        disabled={!isNamed}
        onConfirm={() =>
          change(retireProfile(profile.profileId, by.trim(), { lang }), t('profile.deletedNow'))
        }
      >
        <Button danger disabled={!isNamed}>
          {t('profile.delete')}
        </Button>
      </Popconfirm>
    </div>
  )
}
